using System.Collections.Immutable;
using Discovery.Client.Selection;

namespace Samples;

/// <summary>Instances of one's own zone, as long as there is one.</summary>
public sealed class ZoneFilter(string zone) : IServiceFilter
{
    public string Name => "zone";

    public ImmutableArray<WeightedNode> Apply(ImmutableArray<WeightedNode> nodes, in FilterContext context)
        => nodes.RemoveAll(node => node.Node.Instance.Zone != zone);
}
