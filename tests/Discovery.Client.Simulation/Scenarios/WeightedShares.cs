namespace Discovery.Client.Simulation.Scenarios;

/// <summary>How exactly instances of different weights get their shares.</summary>
public static class WeightedShares
{
    /// <summary>Weights that gRPC's and the usual tests use.</summary>
    public static IReadOnlyDictionary<string, double[]> Weights { get; } = new Dictionary<string, double[]>
    {
        ["5:1:1"] = [5, 1, 1],
        ["100:1x99"] = [100, .. Enumerable.Repeat(1.0, 99)],
        ["1..10"] = [.. Enumerable.Range(1, 10).Select(weight => (double)weight)],
    };

    /// <summary>For each instance, how often it was chosen and how often its weight says.</summary>
    public static IReadOnlyList<(long Got, double Expected)> Run(string selector, double[] weights, ulong seed, int picks)
    {
        var caller = NewCaller(selector, weights, seed);
        var counts = new long[weights.Length];
        for (var i = 0; i < picks; i++)
        {
            counts[caller.Choose()]++;
        }

        return [.. counts.Select((count, server) => (count, picks * weights[server] / weights.Sum()))];
    }

    /// <summary>The most choices in a row that were the same instance.</summary>
    public static int LongestRun(string selector, double[] weights, ulong seed, int picks)
    {
        var caller = NewCaller(selector, weights, seed);
        var (longest, run, last) = (0, 0, -1);
        for (var i = 0; i < picks; i++)
        {
            var server = caller.Choose();
            run = server == last ? run + 1 : 1;
            (longest, last) = (Math.Max(longest, run), server);
        }

        return longest;
    }

    /// <summary>Pearson's chi-squared of the counts.</summary>
    public static double ChiSquared(IEnumerable<(long Got, double Expected)> counts)
        => counts.Sum(count => (count.Got - count.Expected) * (count.Got - count.Expected) / count.Expected);

    /// <summary>What chi-squared exceeds by chance once in a million times, by the approximation of Wilson and Hilferty.</summary>
    public static double MillionthQuantile(int degrees)
    {
        const double Z = 4.753424;
        var root = 1 - (2.0 / (9 * degrees)) + (Z * Math.Sqrt(2.0 / (9 * degrees)));
        return degrees * root * root * root;
    }

    private static Caller NewCaller(string selector, double[] weights, ulong seed)
    {
        var caller = new Caller(new VirtualTime(), Selectors.Named(selector), new Dice(seed, 1).Source);
        caller.Take(Enumerable.Range(0, weights.Length), server => weights[server]);
        return caller;
    }
}
