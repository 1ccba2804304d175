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
    /// One more joins so many and starts slowly; keys are dealt each second. Returns the greatest share of the keys that moved from one second to the next but not to the newcomer, and the share that it has in the end.
    /// </summary>
    public static (double Needlessly, double Joined) Join(ConsistentHashAlgorithm algorithm, int servers, ulong seed, int keys = 5_000)
    {
        var time = new VirtualTime();
        var caller = NewCaller(algorithm, 0, seed, time);
        var dice = new Dice(seed, 2).Source;
        ulong[] all = [.. Enumerable.Range(0, keys).Select(_ => dice.NextUInt64())];
        var newcomer = (int)(seed * 37 % (ulong)servers);
        caller.Take(Enumerable.Range(0, servers + 1).Where(server => server != newcomer));
        var (before, needlessly) = (Deal(), 0.0);
        caller.Take(Enumerable.Range(0, servers + 1));
        for (var second = 0; second <= 31; second++)
        {
            var after = Deal();
            needlessly = Math.Max(needlessly, before.Zip(after).Count(pair => pair.First != pair.Second && pair.Second != newcomer) / (double)keys);
            before = after;
            time.RunUntil(time.Elapsed + TimeSpan.FromSeconds(1));
            caller.Weigh();
        }

        return (needlessly, before.Count(server => server == newcomer) / (double)keys);

        int[] Deal() => [.. all.Select(key => caller.Choose(key))];
    }

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

    private static Caller NewCaller(ConsistentHashAlgorithm algorithm, double bound, ulong seed, VirtualTime? time = null)
        => new(
            time ?? new VirtualTime(),
            Selectors.Named(SelectorNames.ConsistentHash),
            new Dice(seed, 1).Source,
            new SelectionOptions { ConsistentHash = new ConsistentHashOptions { Algorithm = algorithm, LoadFactor = bound } });
}
