using System.Collections.Immutable;

namespace Discovery.Client.Selection;

/// <summary>The last resort of a picker whose draws met only nodes that are not acceptable.</summary>
internal static class PickScan
{
    private const int Draws = 8;

    /// <summary>Where to begin in a list of so many nodes: elsewhere from moment to moment.</summary>
    public static int StartOf(in PickContext context, int count) => (int)((ulong)context.Now % (uint)Math.Max(1, count));

    /// <summary>Returns an acceptable node, drawn if that is possible: the node after one that is not acceptable would get its share otherwise; null if there is none.</summary>
    public static ServiceNode? Anywhere(ImmutableArray<WeightedNode> nodes, RandomSource random, in PickContext context)
    {
        for (var i = 0; i < Draws; i++)
        {
            var node = nodes[random.Next(nodes.Length)].Node;
            if (context.Accepts(node))
            {
                context.Trace?.Considered(node, 0);
                return node;
            }
        }

        return From(nodes, random.Next(nodes.Length), context);
    }

    /// <summary>Returns the first acceptable node from <paramref name="start"/> on, all the way round; null if there is none.</summary>
    public static ServiceNode? From(ImmutableArray<WeightedNode> nodes, int start, in PickContext context)
    {
        for (var i = 0; i < nodes.Length; i++)
        {
            var index = start + i;
            var node = nodes[index < nodes.Length ? index : index - nodes.Length].Node;
            if (context.Accepts(node))
            {
                context.Trace?.Considered(node, 0);
                return node;
            }

            context.Trace?.Rejected(node, context.Excludes(node) ? "excluded" : "ejected");
        }

        return null;
    }
}
