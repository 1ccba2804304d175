namespace Discovery.Client.Selection;

/// <summary>How the requests of one zone are split among all zones. Pure.</summary>
internal static class ZoneSplit
{
    /// <param name="capacities">What each zone can carry; those of one sum.</param>
    /// <param name="local">The zone in which the requests arise.</param>
    /// <param name="overprovisioning">How much more than its part a zone can carry.</param>
    /// <returns>The part of each zone, 1 in all; null if the own zone has no capacity at all.</returns>
    public static Dictionary<string, double>? Of(IReadOnlyDictionary<string, double> capacities, string local, double overprovisioning)
    {
        var total = capacities.Values.Sum();
        if (!capacities.TryGetValue(local, out var own) || !(own > 0))
        {
            return null;
        }

        var load = 1.0 / capacities.Count;
        var spare = capacities.Where(zone => zone.Key != local).ToDictionary(zone => zone.Key, zone => Math.Max(0, (zone.Value / total) - load), StringComparer.Ordinal);
        var sum = spare.Values.Sum();

        // The others together are the level after the own zone: they take whatever is left, if any of them has something to spare.
        var split = SpillOver.Split([own / total / load, sum > 0 ? double.PositiveInfinity : 0], overprovisioning);
        var parts = spare.ToDictionary(zone => zone.Key, zone => sum > 0 ? split[1] * zone.Value / sum : 0, StringComparer.Ordinal);
        parts[local] = split[0];
        return parts;
    }
}
