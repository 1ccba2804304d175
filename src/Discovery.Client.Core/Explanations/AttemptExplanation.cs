using System.Globalization;
using Discovery.Client.Selection;

namespace Discovery.Client;

/// <summary>One attempt of a call.</summary>
/// <param name="InstanceId">The instance it went to.</param>
/// <param name="Uri">The URI that was sent to it; null where none was sent over HTTP.</param>
/// <param name="Candidates">All instances of the list, and what they came to in this choice; ordered by id.</param>
public sealed record AttemptExplanation(string InstanceId, Uri? Uri, IReadOnlyList<CandidateExplanation> Candidates)
{
    /// <summary>How it ended; null: it has not. Over HTTP it is what the headers of the response said.</summary>
    public RequestOutcome? Outcome { get; init; }

    /// <summary>The status of the response, or the type of the exception; null while there is none.</summary>
    public string? Result { get; init; }

    /// <summary>How long it took, over HTTP until the headers of the response; null while it has not ended.</summary>
    public TimeSpan? Elapsed { get; init; }

    /// <summary>All but the candidates in a few words; of the URI what is no secret: neither user info nor query.</summary>
    public override string ToString()
        => string.Create(CultureInfo.InvariantCulture, $"{InstanceId}{(Uri is null ? "" : $" at {Uri.Scheme}://{Uri.Authority}{Uri.AbsolutePath}")}: {(Outcome is { } outcome ? $"{outcome}{(Result is null ? "" : $" {Result}")}, {Elapsed?.TotalMilliseconds:0.###} ms" : "under way")}");
}
