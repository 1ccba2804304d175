namespace Discovery.Client.Selection;

/// <summary>Sessions: requests of one key stay at the instance that served the first of them, section <c>Selection:Sticky</c>. Around any selector; needs a key, see <see cref="KeyOptions"/>.</summary>
/// <remarks>
/// This process remembers the instance of each key. The selector chooses it at the first request of a key, and anew when it is not listed any more or is left out for failing; that it failed a single request, which another instance
/// then served, does not move a key. Instances that join take new keys only, where <see cref="SelectorNames.ConsistentHash"/> alone would move old ones to them.
/// </remarks>
public sealed class StickyOptions
{
    /// <summary>Whether it is done at all.</summary>
    /// <value>The default is false.</value>
    public bool Enabled { get; set; }

    /// <summary>For how long a key that is not asked for is remembered at least; at most for twice as long.</summary>
    /// <value>The default is 30 minutes; 1 second to 7 days.</value>
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>How many keys are remembered per service at most; those that were not asked for the longest are forgotten first, half of all at once.</summary>
    /// <value>The default is 100 000, some 10 MB; 100 to 10 000 000.</value>
    public int MaxKeys { get; set; } = 100_000;
}
