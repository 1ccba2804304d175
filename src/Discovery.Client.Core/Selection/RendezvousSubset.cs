using System.Collections.Immutable;
using Discovery.Client.Internal;

namespace Discovery.Client.Selection;

/// <summary>The instances that score best for a caller. An instance that comes or goes changes one of them at most.</summary>
internal static class RendezvousSubset
{
    public static ImmutableArray<WeightedNode> Take(ImmutableArray<WeightedNode> nodes, int size, ulong caller)
    {
        var scores = new ulong[nodes.Length];
        var indexes = new int[nodes.Length];
        for (var i = 0; i < scores.Length; i++)
        {
            (scores[i], indexes[i]) = (SplitMix64.Mix(XxHash64.Hash(nodes[i].Node.Instance.InstanceId) ^ caller), i);
        }

        Array.Sort(scores, indexes);
        var taken = indexes[..size];
        Array.Sort(taken);
        return [.. taken.Select(index => nodes[index])];
    }
}
