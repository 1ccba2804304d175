namespace Discovery.Client.Internal;

internal enum PoolEvent
{
    None,
    Starved,
    Recovered,
}

/// <summary>Whether the thread pool is starved, judged by how long probes wait in its queue. A value: it is replaced, not changed.</summary>
/// <param name="Since">When the probe was sent that showed the starvation; null: the pool is well.</param>
internal readonly record struct PoolStarvation(TimeSpan? Since)
{
    /// <summary>A probe that waits this long means starvation; one that waits less ends it. A busy pool stays well below.</summary>
    public static readonly TimeSpan Bound = TimeSpan.FromSeconds(1);

    /// <param name="sent">When the probe was sent.</param>
    /// <param name="ended">When it ran, or now if it has not run yet.</param>
    /// <param name="ran">Whether it has run.</param>
    public (PoolStarvation Next, PoolEvent Event) Observe(TimeSpan sent, TimeSpan ended, bool ran)
        => (ended - sent >= Bound, Since) switch
        {
            (true, null) => (new PoolStarvation(sent), PoolEvent.Starved),
            (false, not null) when ran => (default, PoolEvent.Recovered),
            _ => (this, PoolEvent.None),
        };
}
