using System.Collections.Immutable;

namespace Discovery.Client.Selection;

/// <summary>Weights as algorithms need them: only their ratios mean something.</summary>
internal static class EqualWeights
{
    public static bool Are(ImmutableArray<WeightedNode> nodes)
    {
        foreach (var node in nodes)
        {
            if (!node.Weight.Equals(nodes[0].Weight))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The nodes with weights that are 1 on average.</summary>
    public static ImmutableArray<WeightedNode> Normalize(ImmutableArray<WeightedNode> nodes)
    {
        var mean = nodes.Sum(static node => node.Weight) / nodes.Length;
        return [.. nodes.Select(node => node with { Weight = node.Weight / mean })];
    }
}
