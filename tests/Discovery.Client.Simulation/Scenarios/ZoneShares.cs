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

    /// <summary>The same with requests that take their time, for a selector that learns from it: 1 000 per second for a minute, of which the first ten seconds do not count.</summary>
    /// <param name="selector">How callers choose.</param>
    /// <param name="serversPerZone">The servers; the callers are in the first zone.</param>
    /// <param name="milliseconds">How long each zone's answers take, give or take a tenth.</param>
    /// <param name="seed">The seed.</param>
    public static double[] RunAnswered(string selector, int[] serversPerZone, double[] milliseconds, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(serversPerZone);
        var zones = serversPerZone.SelectMany((count, zone) => Enumerable.Repeat(zone, count)).ToArray();
        var (time, counts) = (new VirtualTime(), new double[serversPerZone.Length]);
        var (arrivals, work) = (new Dice(seed, 1), new Dice(seed, 2));
        var options = new SelectionOptions { Zone = new ZoneOptions { Local = "0", Overprovisioning = 1.4 } };
        var caller = new Caller(time, Selectors.Named(selector), new Dice(seed, 3).Source, options, server => $"{zones[server]}");
        caller.Take(Enumerable.Range(0, zones.Length));
        time.Repeat(() => arrivals.Exponential(TimeSpan.FromMilliseconds(1)), TimeSpan.FromSeconds(60), () =>
        {
            var server = caller.Send((number, done) => time.After(
                work.Normal(TimeSpan.FromMilliseconds(milliseconds[zones[number]]), TimeSpan.FromMilliseconds(milliseconds[zones[number]] / 10)), () => done(RequestOutcome.Success)));
            if (server is { } chosen && time.Elapsed >= TimeSpan.FromSeconds(10))
            {
                counts[zones[chosen]]++;
            }
        });
        time.Run();
        return [.. counts.Select(count => count / counts.Sum())];
    }
}
