using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Discovery.Client.Selection;

/// <summary>Makes a picker for each group of instances that routing tells apart.</summary>
internal static class RoutingBuilder
{
    /// <summary>Makes the picker of some of the candidates.</summary>
    public delegate IPicker? Create(string group, ImmutableArray<WeightedNode> candidates, Availability availability, IPicker? previous, out ImmutableArray<WeightedNode> nodes);

    /// <param name="options">The settings.</param>
    /// <param name="candidates">All candidates.</param>
    /// <param name="availability">Which of them are available.</param>
    /// <param name="previous">The picker before.</param>
    /// <param name="random">The dice.</param>
    /// <param name="create">Makes one group's picker.</param>
    /// <param name="nodes">All nodes that any group has, each with the first weight.</param>
    public static IPicker Build(
        RoutingOptions options, ImmutableArray<WeightedNode> candidates, Availability availability, IPicker? previous, RandomSource random, Create create, out ImmutableArray<WeightedNode> nodes)
    {
        var table = new RoutingTable(options);
        var groups = new Dictionary<string, RoutingPicker.Group>(StringComparer.Ordinal);
        Add(RoutingPicker.Any, static _ => true);
        Add(RoutingPicker.Default, table.IsDefault);
        foreach (var route in table.Routes)
        {
            Add(RoutingPicker.OfRoute + route.Name, route.Options.Match.Holds);
        }

        if (options.VersionHeader is not null)
        {
            foreach (var version in candidates.Select(node => node.Node.Instance.Version).OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Take(RoutingTable.MostVersions))
            {
                Add(RoutingPicker.OfVersion + version, instance => instance.Version == version);
            }
        }

        var used = new Dictionary<ServiceNode, WeightedNode>();
        foreach (var node in groups.Values.SelectMany(group => group.Nodes))
        {
            used.TryAdd(node.Node, node);
        }

        LeaveGroups(candidates, groups);
        nodes = [.. candidates.Where(node => used.ContainsKey(node.Node)).Select(node => used[node.Node])];
        return new RoutingPicker(table, options, groups.ToFrozenDictionary(StringComparer.Ordinal), random);

        void Add(string name, Func<ServiceInstance, bool> has)
        {
            var some = candidates.RemoveAll(node => !has(node.Node.Instance));
            if (some.IsEmpty)
            {
                groups[name] = RoutingPicker.Group.Empty;
                return;
            }

            // Each group goes on with what its own picker knew. Before there were groups all requests went where most of them go now.
            var before = previous is RoutingPicker routing ? routing.Of(name) : name == RoutingPicker.Default ? previous : null;
            var picker = create(name == RoutingPicker.Any ? "" : name, some, availability.Of(has), before, out var left);
            groups[name] = new(picker, left);
        }
    }

    /// <summary>Nodes are counted in no group any more that they are not in.</summary>
    private static void LeaveGroups(ImmutableArray<WeightedNode> nodes, Dictionary<string, RoutingPicker.Group> groups)
    {
        if (nodes.Any(static node => node.Node.Totals.Length > 1))
        {
            var members = groups.ToDictionary(group => group.Key, group => group.Value.Nodes.Select(static node => node.Node).ToHashSet());
            foreach (var (node, _) in nodes)
            {
                node.CountOnlyIn(group => group.Length == 0 || (members.TryGetValue(group, out var some) && some.Contains(node)));
            }
        }
    }
}
