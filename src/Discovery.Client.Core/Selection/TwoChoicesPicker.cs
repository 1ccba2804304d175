using System.Collections.Immutable;

namespace Discovery.Client.Selection;

/// <summary>
/// The better of two, drawn by weight. Two <b>distinct</b> ones: drawing with replacement leaves the busier of two nodes a quarter of the traffic.
/// Looking at all nodes instead would cost O(n) and send every caller to the same one.
/// </summary>
/// <typeparam name="T">Says which is better.</typeparam>
internal sealed class TwoChoicesPicker<T> : IPicker
    where T : struct, INodeComparison
{
    private const int Redraws = 4;

    private readonly ImmutableArray<WeightedNode> _nodes;
    private readonly AliasTable? _byWeight;
    private readonly RandomSource _random;
    private readonly T _comparison;

    public TwoChoicesPicker(ImmutableArray<WeightedNode> nodes, RandomSource random, T comparison)
    {
        var equal = EqualWeights.Are(nodes);
        _byWeight = equal ? null : new AliasTable(nodes);
        _nodes = equal ? nodes : EqualWeights.Normalize(nodes);
        _random = random;
        _comparison = comparison;
    }

    public T Comparison => _comparison;

    public ImmutableArray<WeightedNode> Nodes => _nodes;

    public ServiceNode? Pick(in PickContext context)
    {
        if (_nodes.Length == 1)
        {
            return PickScan.From(_nodes, 0, context);
        }

        // The usual case is apart from further draws: what they keep in registers costs it as much as a comparison.
        var first = Draw(out var second);
        if (!context.Accepts(_nodes[first].Node))
        {
            first = -1;
        }

        if (!context.Accepts(_nodes[second].Node))
        {
            second = -1;
        }

        return (first | second) >= 0 ? Better(first, second, context) : DrawAgain(Math.Max(first, second), context);
    }

    /// <param name="single">The one acceptable node so far; -1: none.</param>
    /// <param name="context">The pick.</param>
    private ServiceNode? DrawAgain(int single, in PickContext context)
    {
        for (var i = 1; i < Redraws; i++)
        {
            var first = Draw(out var second);
            var (accepts1, accepts2) = (context.Accepts(_nodes[first].Node), context.Accepts(_nodes[second].Node));
            if (accepts1 && accepts2)
            {
                return Better(first, second, context);
            }

            // One of this draw and one of another are two choices as well: with few nodes and an ejected one among them, the first alone would be too often a bad one.
            var one = accepts1 ? first : accepts2 ? second : single;
            if (single >= 0 && one != single)
            {
                return Better(single, one, context);
            }

            single = one;
        }

        return single >= 0 ? _nodes[single].Node : PickScan.Anywhere(_nodes, _random, context);
    }

    private ServiceNode Better(int first, int second, in PickContext context)
        => _byWeight is null ? _comparison.Better(_nodes[first].Node, _nodes[second].Node, context) : _comparison.Better(_nodes[first], _nodes[second], context);

    private int Draw(out int second)
    {
        if (_byWeight is not null)
        {
            return DrawByWeight(_byWeight, out second);
        }

        // One draw of 64 bits is two of 32.
        var bits = _random.NextUInt64();
        var first = (int)(((bits >> 32) * (ulong)_nodes.Length) >> 32);
        second = (int)(((bits & uint.MaxValue) * (ulong)(_nodes.Length - 1)) >> 32);
        second += second < first ? 0 : 1;
        return first;
    }

    private int DrawByWeight(AliasTable table, out int second)
    {
        var first = table.Draw(_random.NextUInt64());
        for (var i = 0; i < Redraws; i++)
        {
            second = table.Draw(_random.NextUInt64());
            if (second != first)
            {
                return first;
            }
        }

        // One node outweighs all others: any of them will do.
        second = _random.Next(_nodes.Length - 1);
        second += second < first ? 0 : 1;
        return first;
    }
}
