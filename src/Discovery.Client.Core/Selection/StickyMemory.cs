using System.Collections.Concurrent;

namespace Discovery.Client.Selection;

/// <summary>Which node each key has. Two generations: what is asked for moves to the young one; when that is full or old enough it becomes the old one, and what was old is forgotten. Neither timers nor locks.</summary>
internal sealed class StickyMemory
{
    private Limits _limits;
    private Generations _generations;

    public StickyMemory(StickyOptions options, TimeProvider clock)
    {
        _limits = Limits.Of(options, clock);
        _generations = new([], [], clock.GetTimestamp());
    }

    /// <summary>Takes over settings that have changed. What is remembered stays.</summary>
    public StickyMemory Within(StickyOptions options, TimeProvider clock)
    {
        Volatile.Write(ref _limits, Limits.Of(options, clock));
        return this;
    }

    public ServiceNode? Find(ulong key, long now)
    {
        var current = Current(now);
        return current.Young.TryGetValue(key, out var node) ? node : current.Old.TryGetValue(key, out node) ? current.Add(key, node) : null;
    }

    /// <summary>Remembers the node of a key, unless somebody else did meanwhile.</summary>
    /// <param name="key">The key.</param>
    /// <param name="before">What was known, and is to be replaced.</param>
    /// <param name="node">The node.</param>
    /// <param name="now">The moment, as a timestamp.</param>
    /// <returns>The node that the key has now.</returns>
    public ServiceNode Set(ulong key, ServiceNode? before, ServiceNode node, long now)
    {
        var current = Current(now);
        return before is not null && current.Young.TryUpdate(key, node, before) ? node : current.Add(key, node);
    }

    private Generations Current(long now)
    {
        var (current, limits) = (Volatile.Read(ref _generations), Volatile.Read(ref _limits));
        if (now - current.Since < limits.Idle && current.Count < limits.Keys)
        {
            return current;
        }

        var next = new Generations([], now - current.Since < 2 * limits.Idle ? current.Young : [], now);
        return Interlocked.CompareExchange(ref _generations, next, current) is var winner && ReferenceEquals(winner, current) ? next : winner;
    }

    private sealed record Limits(long Idle, int Keys)
    {
        public static Limits Of(StickyOptions options, TimeProvider clock) => new((long)(options.IdleTimeout.TotalSeconds * clock.TimestampFrequency), Math.Max(1, options.MaxKeys / 2));
    }

    private sealed class Generations(ConcurrentDictionary<ulong, ServiceNode> young, ConcurrentDictionary<ulong, ServiceNode> old, long since)
    {
        private int _count;

        public ConcurrentDictionary<ulong, ServiceNode> Young => young;

        public ConcurrentDictionary<ulong, ServiceNode> Old => old;

        public long Since => since;

        // The dictionary's own count takes all its locks.
        public int Count => Volatile.Read(ref _count);

        public ServiceNode Add(ulong key, ServiceNode node)
        {
            if (Young.TryAdd(key, node))
            {
                Interlocked.Increment(ref _count);
                return node;
            }

            return Young.TryGetValue(key, out var other) ? other : node;
        }
    }
}
