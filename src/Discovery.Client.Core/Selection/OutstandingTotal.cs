using Discovery.Client.Internal;

namespace Discovery.Client.Selection;

/// <summary>How many requests to a service, or to a group of its instances, are under way, for selectors that need to know at each pick. Counted per group of threads, since a counter that all write would cost more than the pick.</summary>
/// <param name="group">The group's name; empty: the whole service.</param>
internal sealed class OutstandingTotal(string group)
{
    // 128 bytes, since processors fetch cache lines in pairs.
    private const int Stride = 16;

    private readonly long[] _counts = new long[Stride * (ThreadGroups.Count + 1)];

    public string Group => group;

    public static void Add(OutstandingTotal[] totals, int change)
    {
        foreach (var total in totals)
        {
            total.Add(change);
        }
    }

    public void Add(int change) => Interlocked.Add(ref _counts[ThreadGroups.Mine * Stride], change);

    public long Sum()
    {
        var sum = 0L;
        for (var i = Stride; i < _counts.Length; i += Stride)
        {
            sum += Volatile.Read(ref _counts[i]);
        }

        return Math.Max(0, sum);
    }
}
