using System.Collections.Immutable;

namespace Discovery.Client.Selection;

internal sealed class RandomSelector : ISelector
{
    public IPicker CreatePicker(in SelectorContext context) => new Picker(context.Nodes, context.Random);

    private sealed class Picker(ImmutableArray<WeightedNode> nodes, RandomSource random) : IPicker
    {
        public ServiceNode? Pick(in PickContext context)
        {
            var node = nodes[random.Next(nodes.Length)].Node;
            if (context.Accepts(node))
            {
                context.Trace?.Considered(node, 0);
                return node;
            }

            return PickScan.Anywhere(nodes, random, context);
        }
    }
}
