using Discovery.Client.Selection;

namespace Discovery.Client.Configuration;

/// <summary>What holds of section <c>Selection</c> wherever it comes from. Pure.</summary>
internal static class SelectionRules
{
    /// <param name="options">The options.</param>
    /// <param name="path">The section's path.</param>
    public static IEnumerable<string> Check(SelectionOptions options, string path)
        => DurationSettings.OfPeakEwma.SelectMany(duration => duration.Check($"{path}:PeakEwma", options.PeakEwma));
}
