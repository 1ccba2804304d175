using System.Globalization;

namespace Discovery.Client;

/// <summary>What one instance of the list came to when an instance was chosen.</summary>
/// <param name="InstanceId">The instance.</param>
/// <param name="Weight">Its weight after all layers; 0 if it was left out before one was given.</param>
/// <param name="LeftOut">By which layer or rule it was left out, and why; null: it could have been chosen.</param>
/// <param name="Score">By the selector's own measure, less is better; null: the selector did not look at it.</param>
/// <param name="IsChosen">Whether it was chosen.</param>
public sealed record CandidateExplanation(string InstanceId, double Weight, string? LeftOut, double? Score, bool IsChosen)
{
    /// <summary>All of it in a few words.</summary>
    public override string ToString()
        => string.Create(CultureInfo.InvariantCulture, $"{InstanceId}{(IsChosen ? " chosen" : "")}{(LeftOut is { } why ? $" left out ({why})" : $" weight {Weight:0.###}")}{(Score is { } score ? $" score {score:0.######}" : "")}");
}
