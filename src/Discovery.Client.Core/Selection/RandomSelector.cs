using System.Collections.Immutable;

namespace Discovery.Client.Selection;

internal sealed class RandomSelector : ISelector
{
    public IPicker CreatePicker(in SelectorContext context) => new Picker(context.Nodes, context.Random);

    private sealed class Picker(ImmutableArray<WeightedNode> nodes, RandomSource random) : IPicker
    {
        private const int Redraws = 4;

        public ServiceNode? Pick(in PickContext context)
        {
            for (var i = 0; i < Redraws; i++)
            {
                var node = nodes[random.Next(nodes.Length)].Node;
                if (context.Accepts(node))
                {
                    context.Trace?.Considered(node, 0);
                    return node;
                }
            }

            return PickScan.From(nodes, random.Next(nodes.Length), context);
        }
    }
}
