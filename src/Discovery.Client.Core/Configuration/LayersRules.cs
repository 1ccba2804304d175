using System.Globalization;
using Discovery.Client.Selection;

namespace Discovery.Client.Configuration;

/// <summary>What holds of the layers' settings wherever they come from. Pure.</summary>
internal static class LayersRules
{
    public static IEnumerable<string> Check(SelectionOptions options, string path)
        => [
            .. Check(options.Outlier, $"{path}:Outlier"),
            .. Check(options.SlowStart, $"{path}:SlowStart"),
            .. Range(options.Panic.Threshold, 0, 100, $"{path}:Panic:Threshold"),
            .. Check(options.Priority, $"{path}:Priority"),
            .. Check(options.Zone, $"{path}:Zone"),
            .. Check(options.Subset, $"{path}:Subset"),
        ];

    private static IEnumerable<string> Check(OutlierOptions options, string path)
        => [
            .. DurationSettings.OfOutlier.SelectMany(duration => duration.Check(path, options)),
            .. Range(options.ConsecutiveFailures, 0, 10_000, $"{path}:ConsecutiveFailures"),
            .. Range(options.MaxEjectedPercent, 0, 100, $"{path}:MaxEjectedPercent"),
            .. Range(options.SuccessRateFactor, 0, 10, $"{path}:SuccessRateFactor"),
            .. Range(options.SuccessRateRequests, 1, 1_000_000, $"{path}:SuccessRateRequests"),
            .. Range(options.FailurePercent, 0, 100, $"{path}:FailurePercent"),
            .. Range(options.FailurePercentRequests, 1, 1_000_000, $"{path}:FailurePercentRequests"),
            .. Range(options.MinInstances, 1, 100_000, $"{path}:MinInstances"),
        ];

    private static IEnumerable<string> Check(SlowStartOptions options, string path)
        => [
            .. DurationSettings.SlowStartWindow.Check(path, options),
            .. Range(options.Floor, 0.001, 1, $"{path}:Floor"),
            .. Range(options.Aggression, 0.01, 100, $"{path}:Aggression"),
        ];

    private static IEnumerable<string> Check(PriorityOptions options, string path)
        => [
            .. options is { Metadata: not null, Zones.Count: > 0 } ? [$"{path}:Zones is given beside {path}:Metadata: an instance's level comes from one of them."] : Array.Empty<string>(),
            .. Range(options.Overprovisioning, 1, 100, $"{path}:Overprovisioning"),
        ];

    private static IEnumerable<string> Check(ZoneOptions options, string path)
        => [.. Range(options.Overprovisioning, 1, 100, $"{path}:Overprovisioning"), .. Range(options.MinInstances, 1, 100_000, $"{path}:MinInstances")];

    private static IEnumerable<string> Check(SubsetOptions options, string path)
    {
        if (options.PeerIndex is null != options.PeerCount is null)
        {
            yield return $"{path}:{(options.PeerIndex is null ? "PeerIndex" : "PeerCount")} is missing: index and count of peers go together.";
        }

        foreach (var error in Range(options.Size, 0, 100_000, $"{path}:Size"))
        {
            yield return error;
        }

        if (options is { PeerIndex: { } index, PeerCount: { } count })
        {
            foreach (var error in Range(count, 1, 1_000_000, $"{path}:PeerCount").Concat(Range(index, 0, Math.Max(0, count - 1), $"{path}:PeerIndex")))
            {
                yield return error;
            }
        }
    }

    private static IEnumerable<string> Range(double value, double min, double max, string path)
        => value >= min && value <= max ? [] : [string.Create(CultureInfo.InvariantCulture, $"{path} is {value}, a number from {min} to {max} is expected.")];
}
