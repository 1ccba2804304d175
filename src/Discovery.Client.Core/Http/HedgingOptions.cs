namespace Discovery.Client;

/// <summary>Asking a further instance when the first takes long, section <c>Requests:Hedging</c>: the first good answer counts, the other requests are cancelled.</summary>
/// <remarks>
/// For requests without content that can be repeated (see <see cref="RetryOptions"/>) and are sent asynchronously. It takes from the same budget as further attempts after a failure and goes to
/// instances that have not been tried. An attempt that was cancelled because another was sooner is no failure of its instance; that it would have taken longer is learned.
/// </remarks>
public sealed class HedgingOptions
{
    /// <summary>How long an answer may take before another instance is asked; again after the same time, up to <see cref="MaxAttempts"/>. A little above what most requests take is right. 0: never.</summary>
    /// <value>The default is 0; up to 1 hour.</value>
    public TimeSpan Delay { get; set; }

    /// <summary>The most instances that are asked at the same time.</summary>
    /// <value>The default is 2; 2 to 10.</value>
    public int MaxAttempts { get; set; } = 2;
}
