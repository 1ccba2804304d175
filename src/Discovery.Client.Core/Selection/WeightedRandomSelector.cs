using System.Collections.Immutable;

namespace Discovery.Client.Selection;

/// <summary>Each as often as its weight says, at random and in constant time.</summary>
internal sealed class WeightedRandomSelector : ISelector
{
    public IPicker CreatePicker(in SelectorContext context) => new Picker(context.Nodes, new AliasTable(context.Nodes), context.Random);

    private sealed class Picker(ImmutableArray<WeightedNode> nodes, AliasTable table, RandomSource random) : IPicker
    {
        private const int Redraws = 4;

        public ServiceNode? Pick(in PickContext context)
        {
            for (var i = 0; i < Redraws; i++)
            {
                var node = nodes[table.Draw(random.NextUInt64())].Node;
                if (context.Accepts(node))
                {
                    context.Trace?.Considered(node, 0);
                    return node;
                }
            }

            return PickScan.Anywhere(nodes, random, context);
        }
    }
}
