namespace Discovery.Client.Http;

/// <summary>Whether any request may have a <see cref="RequestMemory"/>. Looking into the options of a request that has none allocates them, so it is done only while that may be.</summary>
internal sealed class MemoryUse(TimeProvider clock)
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    private long _usedAt;
    private bool _used;
    private int _usesSeen;

    /// <param name="now">The moment, a timestamp of the clock.</param>
    public bool IsPossible(long now)
    {
        var uses = RequestMemory.Uses;
        if (Volatile.Read(ref _usesSeen) != uses)
        {
            // In this order: whoever sees that it was seen sees what follows from it.
            Note(now);
            Volatile.Write(ref _usesSeen, uses);
        }

        return Volatile.Read(ref _used) && clock.GetElapsedTime(Volatile.Read(ref _usedAt), now) < Window;
    }

    /// <summary>A request was given one.</summary>
    public void Note(long now)
    {
        Volatile.Write(ref _usedAt, now);
        Volatile.Write(ref _used, true);
    }
}
