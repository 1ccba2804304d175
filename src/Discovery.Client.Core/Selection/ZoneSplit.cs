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
        var stays = Math.Min(1, overprovisioning * own / total / load);
        var spare = capacities.Where(zone => zone.Key != local).ToDictionary(zone => zone.Key, zone => Math.Max(0, (zone.Value / total) - load), StringComparer.Ordinal);
        var sum = spare.Values.Sum();
        if (sum <= 0)
        {
            // Nobody has any to spare, so that all of it is as good here as anywhere.
            stays = 1;
        }

        var parts = spare.ToDictionary(zone => zone.Key, zone => stays < 1 ? (1 - stays) * zone.Value / sum : 0, StringComparer.Ordinal);
        parts[local] = stays;
        return parts;
    }
}
