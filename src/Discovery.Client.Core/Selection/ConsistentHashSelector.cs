using System.Collections.Immutable;

namespace Discovery.Client.Selection;

/// <summary>All requests of one key to one instance, the same one from every process, for as long as it is listed and not overloaded. Requests without a key go anywhere.</summary>
internal sealed class ConsistentHashSelector : ISelector
{
    // Above that, looking at all costs more than a table.
    private const int MostForRendezvous = 64;

    public IPicker CreatePicker(in SelectorContext context)
    {
        var options = context.Selection.ConsistentHash;

        var total = context.Previous is HashPicker { Total: var before } && before.Group == context.Group ? before : TotalOf(context.Nodes, context.Group);
        var nodes = new HashedNodes(context.Nodes, total, options.LoadFactor, context.TimeProvider);
        return options.Algorithm switch
        {
            ConsistentHashAlgorithm.Ring => Picker(new RingOrder(nodes, options.RingPoints), context.Random),
            ConsistentHashAlgorithm.Rendezvous => Picker(new RendezvousOrder(nodes), context.Random),
            ConsistentHashAlgorithm.Maglev => Picker(new MaglevOrder(nodes, options.TableSize), context.Random),
            _ when context.Nodes.Length <= MostForRendezvous => Picker(new RendezvousOrder(nodes), context.Random),
            _ => Picker(new MaglevOrder(nodes, options.TableSize), context.Random),
        };

        IPicker Picker<T>(T order, RandomSource random)
            where T : struct, IKeyOrder => new HashPicker<T>(nodes, order, total, random);
    }

    // By way of the nodes, since the picker before may have been of another selector or another group.
    private static OutstandingTotal TotalOf(ImmutableArray<WeightedNode> nodes, string group)
    {
        foreach (var (node, _) in nodes)
        {
            foreach (var total in node.Totals)
            {
                if (total.Group == group)
                {
                    return total;
                }
            }
        }

        return new OutstandingTotal(group);
    }

    private abstract class HashPicker(OutstandingTotal total)
    {
        public OutstandingTotal Total => total;
    }

    private sealed class HashPicker<T>(HashedNodes nodes, T order, OutstandingTotal total, RandomSource random) : HashPicker(total), IPicker
        where T : struct, IKeyOrder
    {
        public ServiceNode? Pick(in PickContext context)
        {
            var key = context.HashKey ?? random.NextUInt64();
            var index = order.First<Bounded>(key, context);

            // All that are acceptable have as much as they may: better too much than nothing, and at the instance that would have the key.
            index = index < 0 ? order.First<Unbounded>(key, context) : index;
            if (index < 0)
            {
                return PickScan.Anywhere(nodes.Nodes, random, context);
            }

            var node = nodes.Nodes[index].Node;
            context.Trace?.Considered(node, node.Outstanding);
            return node;
        }
    }
}
