using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Discovery.Client.Selection;

/// <summary>One after the other. Starts anywhere, so that a fleet started at once does not call the same instance first.</summary>
internal sealed class RoundRobinSelector : ISelector
{
    public IPicker CreatePicker(in SelectorContext context)
        => new Picker(context.Nodes, (context.Previous as Picker)?.Position ?? new SharedPosition { Value = (uint)context.Random.NextUInt64() });

    private sealed class Picker(ImmutableArray<WeightedNode> nodes, SharedPosition position) : IPicker
    {
        private const int Redraws = 4;

        public SharedPosition Position { get; } = position;

        public ServiceNode? Pick(in PickContext context)
        {
            var index = 0;
            for (var i = 0; i < Redraws; i++)
            {
                // The position is used up even if the node is not acceptable: the node after an ejected one would get its share otherwise.
                index = (int)(Position.Next() % (uint)nodes.Length);
                var node = nodes[index].Node;
                if (context.Accepts(node))
                {
                    context.Trace?.Considered(node, 0);
                    return node;
                }
            }

            return PickScan.From(nodes, index, context);
        }
    }

    // Unsigned, so that running over is harmless, and on a cache line of its own. Shared by the pickers of a service: none starts over.
    [StructLayout(LayoutKind.Sequential, Size = 128)]
    private struct PaddedCounter
    {
        public long Before0, Before1, Before2, Before3, Before4, Before5, Before6;

        public uint Value;
    }

    private sealed class SharedPosition
    {
        private PaddedCounter _counter;

        public uint Value { init => _counter.Value = value; }

        public uint Next() => Interlocked.Increment(ref _counter.Value);
    }
}
