using System.Collections.Immutable;

namespace Discovery.Client.Selection;

/// <summary>
/// One after the other, each as often as its weight says: going round, an instance is passed over in as many of the rounds as its weight is smaller than the greatest. Exact, without a lock and without state
/// but the position; instances of equal weight are taken evenly spaced.
/// </summary>
/// <remarks>The "static stride" scheduler of gRPC (proposal A58).</remarks>
internal sealed class WeightedRoundRobinSelector : ISelector
{
    public IPicker CreatePicker(in SelectorContext context)
        => new Picker(context.Nodes, (context.Previous as Picker)?.Position ?? new SharedPosition(context.Random), context.Random);

    private sealed class Picker : IPicker
    {
        private const int Redraws = 4;

        // The greatest weight; half of it is how far the rounds in which neighbours are passed over are apart.
        private const uint Full = ushort.MaxValue;
        private const uint Offset = Full / 2;

        private readonly ImmutableArray<WeightedNode> _nodes;
        private readonly ushort[] _weights;
        private readonly RandomSource _random;

        public Picker(ImmutableArray<WeightedNode> nodes, SharedPosition position, RandomSource random)
        {
            var greatest = nodes.Max(static node => node.Weight);
            _nodes = nodes;
            _weights = [.. nodes.Select(node => (ushort)Math.Max(1, Math.Round(node.Weight / greatest * Full)))];
            _random = random;
            Position = position;
        }

        public SharedPosition Position { get; }

        public ServiceNode? Pick(in PickContext context)
        {
            for (var i = 0; i < Redraws; i++)
            {
                // See RoundRobinSelector.
                var node = _nodes[IndexFrom(context.AcceptEjected ? (uint)_random.NextUInt64() : Position.Next())].Node;
                if (context.Accepts(node))
                {
                    context.Trace?.Considered(node, 0);
                    return node;
                }
            }

            return PickScan.Anywhere(_nodes, _random, context);
        }

        // Ends within a round or two, since the node of the greatest weight is never passed over.
        private int IndexFrom(uint position)
        {
            for (; ; position = Position.Next())
            {
                var (round, index) = Math.DivRem(position, (uint)_weights.Length);
                uint weight = _weights[index];
                if (weight == Full || ((ulong)weight * round + (ulong)index * Offset) % Full >= Full - weight)
                {
                    return (int)index;
                }
            }
        }
    }
}
