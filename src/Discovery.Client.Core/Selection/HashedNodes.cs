using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Discovery.Client.Internal;

namespace Discovery.Client.Selection;

/// <summary>The nodes of a consistent hash, in an order and with hashes that are the same in every process: they come from the instance ids alone.</summary>
internal sealed class HashedNodes
{
    private static readonly TimeSpan MeasureInterval = TimeSpan.FromMilliseconds(100);

    private readonly OutstandingTotal _total;
    private readonly double _loadFactor;
    private readonly double _weight;
    private readonly long _interval;
    private long _measuredAt;
    private double _acceptableWeight;

    public HashedNodes(ImmutableArray<WeightedNode> nodes, OutstandingTotal total, double loadFactor, TimeProvider clock)
    {
        (_total, _loadFactor, _interval) = (total, loadFactor, (long)(MeasureInterval.TotalSeconds * clock.TimestampFrequency));
        HasEqualWeights = EqualWeights.Are(nodes);
        Nodes = nodes.Sort(static (left, right) => string.CompareOrdinal(left.Node.Instance.InstanceId, right.Node.Instance.InstanceId));
        Hashes = [.. Nodes.Select(static node => XxHash64.Hash(node.Node.Instance.InstanceId))];
        _acceptableWeight = _weight = Nodes.Sum(static node => node.Weight);
        foreach (var (node, _) in Nodes)
        {
            node.CountIn(total);
        }
    }

    public ImmutableArray<WeightedNode> Nodes { get; }

    public ulong[] Hashes { get; }

    public bool HasEqualWeights { get; }

    /// <summary>Spreads what differs in few bits over all of them.</summary>
    public static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 33)) * 0xFF51AFD7ED558CCD;
        value = (value ^ (value >> 33)) * 0xC4CEB9FE1A85EC53;
        return value ^ (value >> 33);
    }

    /// <summary>Whether a node may be chosen and, where that is asked for, one more request keeps it within its bound.</summary>
    public bool Admits<T>(int index, in PickContext context)
        where T : struct, ILoadBound
    {
        var node = Nodes[index].Node;
        if (!context.Accepts(node))
        {
            return false;
        }

        var outstanding = T.Holds ? node.Outstanding : 0;
        return outstanding == 0 || HasRoom(index, outstanding, context);
    }

    // The count is whole, so that it is below the bound rounded up just when it is below the bound: rounding up would take what the multiplication added for one more.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool HasRoom(int index, int outstanding, in PickContext context)
    {
        if (_loadFactor == 0)
        {
            return true;
        }

        var bound = _loadFactor * Nodes[index].Weight * (_total.Sum() + 1) * (1 - 1e-12);
        return outstanding * _weight < bound || outstanding * AcceptableWeight(context) < bound;
    }

    // The bounds of those that are left would add up to less than there is to do, if what is ejected counted.
    private double AcceptableWeight(in PickContext context)
    {
        if (context.AcceptEjected)
        {
            return _weight;
        }

        if (Math.Abs(context.Now - Volatile.Read(ref _measuredAt)) >= _interval)
        {
            var sum = 0.0;
            foreach (var (node, weight) in Nodes)
            {
                sum += node.IsEjected ? 0 : weight;
            }

            Volatile.Write(ref _acceptableWeight, sum > 0 ? sum : _weight);
            Volatile.Write(ref _measuredAt, context.Now);
        }

        return Volatile.Read(ref _acceptableWeight);
    }
}
