using System.Collections.Immutable;
using Discovery.Client.Selection;

namespace Discovery.Client.Simulation;

/// <summary>What is not shipped, to compare with: looks at all nodes and takes the first with the fewest requests under way, or any of those.</summary>
public sealed class LeastOfAllSelector(bool firstIndex) : ISelector
{
    public IPicker CreatePicker(in SelectorContext context) => new Picker(context.Nodes, context.Random, firstIndex);

    private sealed class Picker(ImmutableArray<WeightedNode> nodes, RandomSource random, bool firstIndex) : IPicker
    {
        public ServiceNode? Pick(in PickContext context)
        {
            var (best, alike) = (nodes[0].Node, 1);
            for (var i = 1; i < nodes.Length; i++)
            {
                var node = nodes[i].Node;
                if (node.Outstanding < best.Outstanding)
                {
                    (best, alike) = (node, 1);
                }
                else if (!firstIndex && node.Outstanding == best.Outstanding && random.Next(++alike) == 0)
                {
                    best = node;
                }
            }

            return best;
        }
    }
}
