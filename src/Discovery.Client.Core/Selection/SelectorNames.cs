namespace Discovery.Client.Selection;

/// <summary>The names of the built-in selectors, as configuration uses them.</summary>
public static class SelectorNames
{
    /// <summary>One after the other, from a random start.</summary>
    public const string RoundRobin = "round-robin";

    /// <summary>Uniformly at random.</summary>
    public const string Random = "random";

    /// <summary>Two distinct ones at random, of which the one with fewer outstanding requests.</summary>
    public const string LeastRequests = "least-requests";

    /// <summary>Two distinct ones at random, of which the one that would answer sooner: latency times outstanding requests, failures counted as slow. The default.</summary>
    public const string PeakEwma = "peak-ewma";

    /// <summary>One after the other, each as often as its weight says.</summary>
    public const string WeightedRoundRobin = "weighted-round-robin";

    /// <summary>At random, each as often as its weight says.</summary>
    public const string WeightedRandom = "weighted-random";

    /// <summary>The requests of one key to one instance, the same one from every process.</summary>
    public const string ConsistentHash = "consistent-hash";

    /// <summary>The first by instance id, for as long as it is acceptable.</summary>
    public const string PickFirst = "pick-first";
}
