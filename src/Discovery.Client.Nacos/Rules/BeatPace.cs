namespace Discovery.Client.Nacos;

/// <summary>How often an instance proves its life.</summary>
internal static class BeatPace
{
    /// <summary>What needs no beats is looked for no more often than this.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(5);

    /// <param name="timeToLive">How long the server waits for the next beat.</param>
    /// <param name="wanted">How often it wants one; null: it does not say.</param>
    /// <param name="beats">Whether it waits for beats at all.</param>
    public static TimeSpan Decide(TimeSpan timeToLive, TimeSpan? wanted, bool beats)
    {
        var third = timeToLive / 3;
        return !beats ? (third > Look ? third : Look) : wanted is { } interval && interval > TimeSpan.Zero && interval < third ? interval : third;
    }
}
