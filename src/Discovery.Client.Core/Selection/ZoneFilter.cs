using System.Collections.Immutable;

namespace Discovery.Client.Selection;

/// <summary>Keeps requests in one's own zone as far as that zone can carry them. Where instances have priorities, within each level.</summary>
internal sealed class ZoneFilter : IServiceFilter
{
    public string Name => "zone";

    public ImmutableArray<WeightedNode> Apply(ImmutableArray<WeightedNode> nodes, in FilterContext context)
    {
        var options = context.Selection.Zone;
        if (options.Local is not { } local)
        {
            return nodes;
        }

        var (priority, availability) = (context.Selection.Priority, context.Availability);
        if (!priority.IsOn)
        {
            return Keep(nodes, local, options, availability);
        }

        var kept = nodes.GroupBy(node => priority.LevelOf(node.Node.Instance)).SelectMany(level => Keep([.. level], local, options, availability)).ToDictionary(node => node.Node);
        return [.. nodes.Where(node => kept.ContainsKey(node.Node)).Select(node => kept[node.Node])];
    }

    private static ImmutableArray<WeightedNode> Keep(ImmutableArray<WeightedNode> nodes, string local, ZoneOptions options, Availability availability)
    {
        if (nodes.Length < options.MinInstances)
        {
            return nodes;
        }

        var capacities = nodes.GroupBy(ZoneOf, StringComparer.Ordinal).ToDictionary(zone => zone.Key, zone => zone.Sum(node => availability.WeightOf(node)), StringComparer.Ordinal);
        var parts = ZoneSplit.Of(capacities, local, options.Overprovisioning);
        if (parts is null)
        {
            return nodes;
        }

        // Within a zone the instances keep their proportions, and all together what they had.
        var all = capacities.Values.Sum();
        return [.. nodes.Where(node => parts[ZoneOf(node)] > 0).Select(node => ZoneOf(node) is var zone ? node with { Weight = node.Weight * all * parts[zone] / capacities[zone] } : node)];
    }

    private static string ZoneOf(WeightedNode node) => node.Node.Instance.Zone ?? "";
}
