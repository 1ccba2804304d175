using System.Collections.Immutable;
using Discovery.Client.Internal;

namespace Discovery.Client.Selection;

/// <summary>Takes part of the instances when <see cref="SubsetOptions"/> say so.</summary>
internal sealed class SubsetFilter(RandomSource random) : IServiceFilter
{
    private readonly ulong _self = random.NextUInt64();

    public string Name => "subset";

    public ImmutableArray<WeightedNode> Apply(ImmutableArray<WeightedNode> nodes, in FilterContext context)
    {
        var options = context.Selection.Subset;
        if (options.Size <= 0 || options.Size >= nodes.Length)
        {
            return nodes;
        }

        return options is { PeerIndex: { } index, PeerCount: { } count }
            ? RingSubset.Take(nodes, options.Size, index, count)
            : RendezvousSubset.Take(nodes, options.Size, options.ClientId is { } id ? XxHash64.Hash(id) : _self);
    }
}
