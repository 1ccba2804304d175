namespace Discovery.Client.Consul;

/// <summary>
/// How fast one watch may ask again. A value: it is replaced, not changed. A service that changes all the time is read at most ten times a second after a burst of
/// twenty; a server that answers at once although nothing changed is asked at most twice a second.
/// </summary>
/// <param name="Tokens">How many answers may still be followed up at once; below zero: what the pause has to pay for.</param>
internal readonly record struct QueryPace(double Tokens)
{
    public const double Burst = 20;

    public const double PerSecond = 10;

    private static readonly TimeSpan InstantPause = TimeSpan.FromSeconds(0.5);

    public static QueryPace Full => new(Burst);

    /// <summary>Takes an answer into account.</summary>
    /// <param name="since">How long ago the answer before it came.</param>
    /// <param name="took">How long this one took.</param>
    /// <param name="unchanged">Whether the answer had nothing new.</param>
    /// <param name="wait">How long the server was asked to wait.</param>
    public (QueryPace Next, TimeSpan Pause) After(TimeSpan since, TimeSpan took, bool unchanged, TimeSpan wait)
    {
        var tokens = Math.Min(Burst, Tokens + (Math.Max(0, since.TotalSeconds) * PerSecond)) - 1;
        if (unchanged)
        {
            var due = wait / 2 < InstantPause ? wait / 2 : InstantPause;
            return (new(Math.Max(0, tokens)), took < due ? due - took : TimeSpan.Zero);
        }

        return tokens >= 0 ? (new(tokens), TimeSpan.Zero) : (new(tokens), TimeSpan.FromSeconds(-tokens / PerSecond));
    }
}
