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
}
