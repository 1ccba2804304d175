using System.Collections.Immutable;
using Discovery.Client.Internal;

namespace Discovery.Client.Selection;

/// <summary>Callers and instances on one ring: a caller takes the instances under its arc, with the part that is covered as weight.</summary>
internal static class RingSubset
{
    public static ImmutableArray<WeightedNode> Take(ImmutableArray<WeightedNode> nodes, int size, int peer, int peers)
    {
        // The ring has instances × peers marks: each instance covers as many as there are peers, and peers stand as many apart as there are instances.
        var (n, all) = ((long)nodes.Length, (long)nodes.Length * peers);

        // A whole number of gaps between peers, so that each point of the ring lies under as many arcs.
        var gaps = Math.Min(peers, (((long)size * peers) + n - 1) / n);
        var (start, length) = (peer % peers * n, gaps * n);
        var weights = new double[nodes.Length];
        var order = Order(nodes);
        for (var place = 0; place < order.Length; place++)
        {
            // Seen from the start of the arc; what lies behind its end may come round to its start.
            var from = ((place * (long)peers) - start + all) % all;
            var covered = Math.Max(0, Math.Min(length, from + peers) - from) + Math.Max(0, Math.Min(length, from + peers - all));
            weights[order[place]] = (double)covered / peers;
        }

        return [.. nodes.Select((node, i) => node with { Weight = node.Weight * weights[i] }).Where((_, i) => weights[i] > 0)];
    }

    // By hash, so that instances whose ids are alike (those of one host, of one version) are not neighbours.
    private static int[] Order(ImmutableArray<WeightedNode> nodes)
    {
        var order = Enumerable.Range(0, nodes.Length).ToArray();
        Array.Sort(nodes.Select(node => XxHash64.Hash(node.Node.Instance.InstanceId)).ToArray(), order);
        return order;
    }
}
