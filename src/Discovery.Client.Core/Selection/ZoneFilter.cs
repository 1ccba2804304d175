using System.Collections.Immutable;

namespace Discovery.Client.Selection;

/// <summary>Keeps requests in one's own zone as far as that zone can carry them.</summary>
internal sealed class ZoneFilter : IServiceFilter
{
    public string Name => "zone";

    public ImmutableArray<WeightedNode> Apply(ImmutableArray<WeightedNode> nodes, in FilterContext context)
    {
        var options = context.Selection.Zone;
        if (options.Local is not { } local || nodes.Length < options.MinInstances)
        {
            return nodes;
        }

        var capacities = nodes.GroupBy(ZoneOf, StringComparer.Ordinal).ToDictionary(zone => zone.Key, zone => zone.Sum(node => node.Weight), StringComparer.Ordinal);
        var parts = ZoneSplit.Of(capacities, local, options.Overprovisioning);
        if (parts is null)
        {
            return nodes;
        }

        // Within a zone the instances keep their proportions.
        return [.. nodes.Where(node => parts[ZoneOf(node)] > 0).Select(node => ZoneOf(node) is var zone ? node with { Weight = node.Weight * parts[zone] / capacities[zone] } : node)];
    }

    private static string ZoneOf(WeightedNode node) => node.Node.Instance.Zone ?? "";
}
