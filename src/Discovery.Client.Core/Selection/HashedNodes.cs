using System.Collections.Immutable;
using Discovery.Client.Internal;

namespace Discovery.Client.Selection;

/// <summary>The nodes of a consistent hash, in an order and with hashes that are the same in every process: they come from the instance ids alone.</summary>
internal sealed class HashedNodes
{
    private readonly OutstandingTotal _total;
    private readonly double _loadFactor;
    private readonly double[] _shares;

    public HashedNodes(ImmutableArray<WeightedNode> nodes, OutstandingTotal total, double loadFactor)
    {
        (_total, _loadFactor) = (total, loadFactor);
        HasEqualWeights = EqualWeights.Are(nodes);
        Nodes = nodes.Sort(static (left, right) => string.CompareOrdinal(left.Node.Instance.InstanceId, right.Node.Instance.InstanceId));
        Hashes = [.. Nodes.Select(static node => XxHash64.Hash(node.Node.Instance.InstanceId))];
        var sum = Nodes.Sum(static node => node.Weight);
        _shares = [.. Nodes.Select(node => node.Weight / sum)];
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

    /// <summary>Whether a node may be chosen and one more request keeps it within its bound.</summary>
    public bool Admits(int index, in PickContext context) => context.Accepts(Nodes[index].Node) && HasRoom(index);

    // The count is whole, so that it is below the bound rounded up just when it is below the bound: rounding up would take what the multiplication added for one more.
    private bool HasRoom(int index)
        => Nodes[index].Node.Outstanding is var outstanding && (outstanding == 0 || _loadFactor == 0 || outstanding < _loadFactor * _shares[index] * (_total.Sum() + 1) * (1 - 1e-12));
}
