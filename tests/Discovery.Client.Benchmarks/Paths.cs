namespace Discovery.Client.Benchmarks;

/// <summary>What the caller asks for.</summary>
public enum Paths
{
    /// <summary>One path again and again, by one URI: it polls, or calls one method.</summary>
    Same,

    /// <summary>64 paths in turn, each a text that a URI is made of for the request: a caller with a number in its path.</summary>
    Written,

    /// <summary>64 paths in turn, each a URI that was made once.</summary>
    Kept,
}
