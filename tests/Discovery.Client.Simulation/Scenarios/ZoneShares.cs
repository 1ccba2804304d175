using Discovery.Client.Selection;

namespace Discovery.Client.Simulation.Scenarios;

/// <summary>Callers of one zone and servers in several: which part of the requests stays.</summary>
public static class ZoneShares
{
    /// <summary>Returns the part of each zone; the callers are in the first.</summary>
    public static double[] Run(int[] serversPerZone, double overprovisioning, ulong seed, int requests = 100_000)
    {
        ArgumentNullException.ThrowIfNull(serversPerZone);
        var zones = serversPerZone.SelectMany((count, zone) => Enumerable.Repeat(zone, count)).ToArray();
        var options = new SelectionOptions { Zone = new ZoneOptions { Local = "0", Overprovisioning = overprovisioning } };
        var caller = new Caller(new VirtualTime(), Selectors.Named(SelectorNames.WeightedRandom), new Dice(seed, 1).Source, options, server => $"{zones[server]}");
        caller.Take(Enumerable.Range(0, zones.Length));
        var counts = new double[serversPerZone.Length];
        for (var i = 0; i < requests; i++)
        {
            counts[zones[caller.Choose()]]++;
        }

        return [.. counts.Select(count => count / requests)];
    }
}
