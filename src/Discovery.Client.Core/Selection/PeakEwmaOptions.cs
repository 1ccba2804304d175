namespace Discovery.Client.Selection;

/// <summary>The settings of <see cref="SelectorNames.PeakEwma"/>, section <c>Selection:PeakEwma</c>.</summary>
public sealed class PeakEwmaOptions
{
    /// <summary>How long what was learned of an instance counts: after that time a slow answer weighs 1/e, some 37 %. Shorter forgives sooner, and calls a slow instance again sooner.</summary>
    /// <value>The default is 10 seconds, which is Finagle's; 100 ms to 1 hour.</value>
    public TimeSpan DecayTime { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The most that is assumed of an idle instance that has not answered yet. While its first request is under way it counts as <see cref="FailureLatency"/>.</summary>
    /// <value>The default is 30 ms, which is Linkerd's; 1 ms to 1 minute.</value>
    public TimeSpan InitialLatency { get; set; } = TimeSpan.FromMilliseconds(30);

    /// <summary>What a failure counts as at least. Without that, an instance that fails fast would be the fastest there is and draw traffic.</summary>
    /// <value>The default is 5 seconds, which is Linkerd's; 0, which takes a failure for an answer, to 5 minutes.</value>
    public TimeSpan FailureLatency { get; set; } = TimeSpan.FromSeconds(5);
}
