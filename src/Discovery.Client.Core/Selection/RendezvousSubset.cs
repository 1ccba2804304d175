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
            (scores[i], indexes[i]) = (Mix(XxHash64.Hash(nodes[i].Node.Instance.InstanceId) ^ caller), i);
        }

        Array.Sort(scores, indexes);
        var taken = indexes[..size];
        Array.Sort(taken);
        return [.. taken.Select(index => nodes[index])];
    }

    // The finalizer of SplitMix64 (Steele, Lea and Flood, 2014): ids and callers that differ in one bit must have nothing to do with each other.
    private static ulong Mix(ulong x)
    {
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }
}
