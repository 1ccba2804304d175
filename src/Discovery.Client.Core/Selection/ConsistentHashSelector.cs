namespace Discovery.Client.Selection;

/// <summary>All requests of one key to one instance, the same one from every process, for as long as it is listed and not overloaded. Requests without a key go anywhere.</summary>
internal sealed class ConsistentHashSelector : ISelector
{
    // Above that, looking at all costs more than a table.
    private const int MostForRendezvous = 64;

    public IPicker CreatePicker(in SelectorContext context)
    {
        var options = context.Selection.ConsistentHash;

        // By way of the nodes too, since one may be in several pickers at a time and is counted once.
        var total = (context.Previous as HashPicker)?.Total ?? context.Nodes.Select(static node => node.Node.Total).FirstOrDefault(static total => total is not null) ?? new OutstandingTotal();
        var nodes = new HashedNodes(context.Nodes, total, options.LoadFactor);
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

    private abstract class HashPicker(OutstandingTotal total)
    {
        public OutstandingTotal Total => total;
    }

    private sealed class HashPicker<T>(HashedNodes nodes, T order, OutstandingTotal total, RandomSource random) : HashPicker(total), IPicker
        where T : struct, IKeyOrder
    {
        public ServiceNode? Pick(in PickContext context)
        {
            var index = order.First(context.HashKey ?? random.NextUInt64(), context);
            if (index < 0)
            {
                // All that are acceptable have as much as they may: better too much than nothing.
                return PickScan.Anywhere(nodes.Nodes, random, context);
            }

            var node = nodes.Nodes[index].Node;
            context.Trace?.Considered(node, node.Outstanding);
            return node;
        }
    }
}
