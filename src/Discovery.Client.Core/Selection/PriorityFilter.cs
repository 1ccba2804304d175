using System.Collections.Immutable;

namespace Discovery.Client.Selection;

/// <summary>Keeps requests at the first level of instances as far as that can carry them.</summary>
internal sealed class PriorityFilter : IServiceFilter
{
    public string Name => "priority";

    public ImmutableArray<WeightedNode> Apply(ImmutableArray<WeightedNode> nodes, in FilterContext context)
    {
        var options = context.Selection.Priority;
        if (!options.IsOn)
        {
            return nodes;
        }

        var levels = new SortedDictionary<int, (double Able, double Down)>();
        foreach (var node in nodes)
        {
            var instance = node.Node.Instance;
            var level = levels.GetValueOrDefault(options.LevelOf(instance));
            var usable = context.Availability.WeightOf(node);
            levels[options.LevelOf(instance)] = IsHealthy(node) ? (level.Able + usable, level.Down + node.Weight - usable) : (level.Able, level.Down + node.Weight);
        }

        foreach (var node in context.Availability.Unhealthy)
        {
            var level = levels.GetValueOrDefault(options.LevelOf(node.Node.Instance));
            levels[options.LevelOf(node.Node.Instance)] = (level.Able, level.Down + node.Weight);
        }

        return Weigh(nodes, levels, context);
    }

    // In a panic ejected nodes and those listed as down are used; how much a level can carry depends on them all the same.
    private static bool IsHealthy(in WeightedNode node) => !node.Node.IsEjected && node.Node.Instance.Status is ServiceStatus.Up or ServiceStatus.Warning;

    private static ImmutableArray<WeightedNode> Weigh(ImmutableArray<WeightedNode> nodes, SortedDictionary<int, (double Able, double Down)> levels, in FilterContext context)
    {
        var (options, availability) = (context.Selection.Priority, context.Availability);
        var parts = SpillOver.Split([.. levels.Values.Select(level => level.Able > 0 ? level.Able / (level.Able + level.Down) : 0)], options.Overprovisioning);
        var partOf = levels.Keys.Zip(parts).Where(level => level.Second > 0).ToDictionary(level => level.First, level => level.Second);
        if (partOf.Count <= 1)
        {
            return partOf.Count == 0 ? nodes : nodes.RemoveAll(node => !partOf.ContainsKey(options.LevelOf(node.Node.Instance)));
        }

        // Within a level the instances keep their proportions.
        var weights = new Dictionary<int, double>();
        foreach (var node in nodes)
        {
            var level = options.LevelOf(node.Node.Instance);
            weights[level] = weights.GetValueOrDefault(level) + availability.WeightOf(node);
        }

        return [.. from node in nodes
                   let level = options.LevelOf(node.Node.Instance)
                   where partOf.ContainsKey(level)
                   select node with { Weight = node.Weight * partOf[level] / weights[level] }];
    }
}
