using Discovery.Client.Selection;

namespace Discovery.Client.Simulation.Scenarios;

/// <summary>To which instances a consistent hash deals keys.</summary>
public static class KeyDealing
{
    /// <summary>The instance of each of so many random keys, with nothing under way.</summary>
    public static int[] Deal(ConsistentHashAlgorithm algorithm, IEnumerable<int> servers, ulong seed, int keys = 100_000)
    {
        var caller = NewCaller(algorithm, 0, seed);
        caller.Take(servers);
        var dice = new Dice(seed, 2).Source;
        return [.. Enumerable.Range(0, keys).Select(_ => caller.Choose(dice.NextUInt64()))];
    }

    /// <summary>The most and the fewest keys of an instance, in parts of the mean.</summary>
    public static (double Most, double Fewest) Balance(int[] dealt, int servers)
    {
        var counts = new int[servers];
        foreach (var server in dealt)
        {
            counts[server]++;
        }

        return (counts.Max() / counts.Average(), counts.Min() / counts.Average());
    }

    /// <summary>The share of the keys that moved although their instance is still there.</summary>
    public static double MovedNeedlessly(int[] before, int[] after, int gone)
        => before.Zip(after).Count(pair => pair.First != gone && pair.First != pair.Second) / (double)before.Length;

    /// <summary>
    /// Requests that stay open for keys of which few are asked for much (Zipf 1.1), to 50 instances. Returns how much more than the bound an instance ever had, in requests, and the share of requests
    /// that did not go where their key belongs.
    /// </summary>
    public static (double Excess, double Elsewhere, double Greatest) Bounded(ConsistentHashAlgorithm algorithm, double bound, ulong seed, int requests = 20_000)
    {
        const int Servers = 50;
        var (caller, unbounded) = (NewCaller(algorithm, bound, seed), NewCaller(algorithm, 0, seed));
        caller.Take(Enumerable.Range(0, Servers));
        unbounded.Take(Enumerable.Range(0, Servers));
        var keys = new ZipfKeys(10_000, 1.1, new Dice(seed, 2).Source);
        var (excess, elsewhere) = (0.0, 0);
        for (var i = 1; i <= requests; i++)
        {
            var key = keys.Next();
            var server = caller.Send(static (_, _) => { }, key);
            elsewhere += unbounded.Choose(key) == server ? 0 : 1;
            if (bound > 0)
            {
                excess = Math.Max(excess, caller[server].Outstanding - (double)Math.Ceiling((decimal)bound * i / Servers));
            }
        }

        return (excess, (double)elsewhere / requests, caller.Nodes.Max(node => node.Node.Outstanding) * Servers / (double)requests);
    }

    private static Caller NewCaller(ConsistentHashAlgorithm algorithm, double bound, ulong seed)
        => new(
            new VirtualTime(),
            Selectors.Named(SelectorNames.ConsistentHash),
            new Dice(seed, 1).Source,
            new SelectionOptions { ConsistentHash = new ConsistentHashOptions { Algorithm = algorithm, LoadFactor = bound } });
}
