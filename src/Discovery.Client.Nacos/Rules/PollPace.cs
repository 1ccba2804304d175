namespace Discovery.Client.Nacos;

/// <summary>How long a list is taken for current before it is asked for again.</summary>
internal static class PollPace
{
    /// <summary>What servers say, and what holds where one says nothing.</summary>
    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Least = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Most = TimeSpan.FromMinutes(1);

    /// <param name="configured">What the options say; null: what the server says.</param>
    /// <param name="cacheMillis">What the server says.</param>
    /// <param name="chance">0 to 1: moves it by up to a tenth, so that not all ask at once.</param>
    public static TimeSpan Decide(TimeSpan? configured, long? cacheMillis, double chance)
    {
        var wanted = configured ?? (cacheMillis is > 0 and var said ? TimeSpan.FromMilliseconds(Math.Clamp(said, Least.TotalMilliseconds, Most.TotalMilliseconds)) : Usual);
        return wanted * (0.9 + (0.2 * chance));
    }
}
