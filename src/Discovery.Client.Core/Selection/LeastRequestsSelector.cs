using System.Collections.Immutable;

namespace Discovery.Client.Selection;

/// <summary>
/// The better of two. Two <b>distinct</b> ones are drawn: drawing with replacement leaves the busier of two nodes a quarter of the traffic.
/// Looking at all nodes instead would cost O(n) and send every caller to the same one.
/// </summary>
internal sealed class LeastRequestsSelector : ISelector
{
    public IPicker CreatePicker(in SelectorContext context) => new Picker(context.Nodes, context.Random);

    private sealed class Picker(ImmutableArray<WeightedNode> nodes, RandomSource random) : IPicker
    {
        private const int Redraws = 4;

        public ServiceNode? Pick(in PickContext context)
        {
            if (nodes.Length == 1)
            {
                return PickScan.From(nodes, 0, context);
            }

            ServiceNode? single = null;
            var start = 0;
            for (var i = 0; i < Redraws; i++)
            {
                var (first, second) = Draw(out start);
                var (acceptsFirst, acceptsSecond) = (context.Accepts(first), context.Accepts(second));
                if (acceptsFirst && acceptsSecond)
                {
                    return Better(first, second, context.Trace);
                }

                single ??= acceptsFirst ? first : acceptsSecond ? second : null;
            }

            return single ?? PickScan.From(nodes, start, context);
        }

        private static ServiceNode Better(ServiceNode first, ServiceNode second, IPickTrace? trace)
        {
            var (load1, load2) = (first.Outstanding, second.Outstanding);
            if (trace is not null)
            {
                trace.Considered(first, load1);
                trace.Considered(second, load2);
            }

            return load2 < load1 ? second : first;
        }

        private (ServiceNode First, ServiceNode Second) Draw(out int first)
        {
            // One draw of 64 bits is two of 32.
            var bits = random.NextUInt64();
            first = (int)(((bits >> 32) * (ulong)nodes.Length) >> 32);
            var second = (int)(((bits & uint.MaxValue) * (ulong)(nodes.Length - 1)) >> 32);
            return (nodes[first].Node, nodes[second < first ? second : second + 1].Node);
        }
    }
}
