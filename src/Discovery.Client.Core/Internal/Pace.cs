namespace Discovery.Client.Internal;

/// <summary>Slows a source that yields without end or pause: a burst goes through at once, then so many a second. A value: it is replaced, not changed.</summary>
/// <param name="FreeAt">The timestamp, in seconds, at which all of the burst is available again.</param>
internal readonly record struct Pace(double FreeAt)
{
    public const int Burst = 50;

    public const int PerSecond = 20;

    /// <summary>Takes one.</summary>
    /// <param name="now">The moment, in seconds.</param>
    /// <param name="wait">How long to wait before taking the next.</param>
    public Pace Take(double now, out TimeSpan wait)
    {
        var freeAt = Math.Max(FreeAt, now) + (1.0 / PerSecond);
        wait = TimeSpan.FromSeconds(Math.Max(0, freeAt - now - ((double)Burst / PerSecond)));
        return new(freeAt);
    }
}
