using System.Collections.Immutable;
using Discovery.Client.Selection;

namespace Samples;

/// <summary>Requests of one key go to one instance for as long as it is listed: the one that scores best for that key. Looks at all nodes.</summary>
public sealed class StickySelector : ISelector
{
    public IPicker CreatePicker(in SelectorContext context) => new Picker(context.Nodes, context.Random);

    private sealed class Picker(ImmutableArray<WeightedNode> nodes, RandomSource random) : IPicker
    {
        // What all picks have in common is computed once. string.GetHashCode() would do for this process only: callers would not agree.
        private readonly ulong[] _ids = [.. nodes.Select(node => node.Node.Instance.InstanceId.Aggregate(14695981039346656037, (hash, c) => (hash ^ c) * 1099511628211))];

        public ServiceNode? Pick(in PickContext context)
        {
            var key = context.HashKey ?? random.NextUInt64();
            (ServiceNode? best, var least) = (default(ServiceNode), double.PositiveInfinity);
            for (var i = 0; i < _ids.Length; i++)
            {
                // The least of exponential variates divided by weights: each node wins as often as its weight says.
                var score = -Math.Log(ToUnit(Mix(key ^ _ids[i]))) / nodes[i].Weight;
                if (score < least && context.Accepts(nodes[i].Node))
                {
                    (best, least) = (nodes[i].Node, score);
                }
            }

            return best;
        }

        private static ulong Mix(ulong x)
        {
            x = (x ^ (x >> 32)) * 0xD6E8FEB86659FD93;
            x = (x ^ (x >> 32)) * 0xD6E8FEB86659FD93;
            return x ^ (x >> 32);
        }

        private static double ToUnit(ulong x) => ((x >> 11) + 1) * (1.0 / (1UL << 53));
    }
}
