using System.Collections.Immutable;

namespace Discovery.Client.Selection;

/// <summary>One after the other. Starts anywhere, so that a fleet started at once does not call the same instance first.</summary>
internal sealed class RoundRobinSelector : ISelector
{
    public IPicker CreatePicker(in SelectorContext context)
        => new Picker(context.Nodes, (context.Previous as Picker)?.Position ?? new SharedPosition(context.Random), context.Random);

    private sealed class Picker(ImmutableArray<WeightedNode> nodes, SharedPosition position, RandomSource random) : IPicker
    {
        private const int Redraws = 4;

        // Two multiplications instead of a division (Lemire, Kaser and Kurz, "Faster remainder by direct computation", 2019).
        private readonly ulong _inverse = (ulong.MaxValue / (uint)nodes.Length) + 1;

        public SharedPosition Position { get; } = position;

        public ServiceNode? Pick(in PickContext context)
        {
            // Where all are ejected a request has used up positions already when those are accepted: with as many nodes all requests would meet the same one. So it draws, in a panic too.
            var node = context.AcceptEjected ? nodes[random.Next(nodes.Length)].Node : Next();
            if (context.Accepts(node))
            {
                context.Trace?.Considered(node, 0);
                return node;
            }

            return PickAgain(context);
        }

        private ServiceNode? PickAgain(in PickContext context)
        {
            for (var i = 1; i < Redraws; i++)
            {
                // The position is used up even if the node is not acceptable: the node after an ejected one would get its share otherwise.
                var node = Next();
                if (context.Accepts(node))
                {
                    context.Trace?.Considered(node, 0);
                    return node;
                }
            }

            return PickScan.Anywhere(nodes, random, context);
        }

        private ServiceNode Next() => nodes[(int)Math.BigMul(_inverse * Position.Next(), (ulong)nodes.Length, out _)].Node;
    }
}
