using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Discovery.Client.Selection;

/// <summary>Chooses among pickers that were made beforehand, one for each group of instances.</summary>
internal sealed class RoutingPicker(RoutingTable table, RoutingOptions options, FrozenDictionary<string, RoutingPicker.Group> groups, RandomSource random) : IPicker
{
    /// <summary>The groups' names begin with a letter that tells what they are, so that a route may be called as a version is.</summary>
    public const string Any = "a", Default = "d", OfRoute = "r:", OfVersion = "v:";

    private readonly (RoutingTable.Route Route, Group Group)[] _routes = [.. table.Routes.Select(route => (route, groups[OfRoute + route.Name]))];
    private readonly FrozenDictionary<string, Group> _versions = groups.Where(group => group.Key.StartsWith(OfVersion, StringComparison.Ordinal)).ToFrozenDictionary(group => group.Key[OfVersion.Length..], group => group.Value);
    private readonly bool _hasPercents = table.Routes.Any(route => route.Options.Percent is not null);

    /// <summary>The picker of a group; null if it has none.</summary>
    public IPicker? Of(string name) => groups.GetValueOrDefault(name)?.Picker;

    public ServiceNode? Pick(in PickContext context)
    {
        if (options.VersionHeader is { } header && context.Headers.Find(header) is { } version)
        {
            if (Try(_versions.GetValueOrDefault(version) ?? Group.Empty, "version", context) is { } node)
            {
                return node;
            }

            if (options.Fallback != RoutingFallback.Keep)
            {
                return FallBack(options.Fallback, context, "the version asked for");
            }
        }

        var place = _hasPercents ? RoutingTable.PlaceOf(context.HashKey, random) : 0;
        foreach (var (route, group) in _routes)
        {
            if (!route.Takes(context.Headers, place))
            {
                continue;
            }

            if (Try(group, route.Name, context) is { } node)
            {
                return node;
            }

            if (route.Fallback != RoutingFallback.Keep)
            {
                return FallBack(route.Fallback, context, route.Name);
            }
        }

        return FallBack(RoutingFallback.Default, context, null);
    }

    /// <param name="fallback">To what.</param>
    /// <param name="context">The pick.</param>
    /// <param name="from">The route that has no instance to choose; null: none was asked for.</param>
    private ServiceNode? FallBack(RoutingFallback fallback, in PickContext context, string? from)
        => (fallback == RoutingFallback.Any ? null : Try(groups[Default], "default", context, from)) ?? groups[Any].Picker?.Pick(context);

    private ServiceNode? Try(Group group, string name, in PickContext context, string? from = null)
    {
        var node = group.Picker?.Pick(context);
        if (context.Trace is { } trace && node is not null)
        {
            foreach (var (other, _) in groups[Any].Nodes)
            {
                if (!group.Nodes.Any(one => ReferenceEquals(one.Node, other)))
                {
                    trace.Rejected(other, from is null ? $"routing: not of route '{name}'" : $"routing: not of route '{name}', which stands in for '{from}'");
                }
            }
        }

        return node;
    }

    /// <param name="Picker">Null if there are no such instances.</param>
    /// <param name="Nodes">What the layers left of them.</param>
    internal sealed record Group(IPicker? Picker, ImmutableArray<WeightedNode> Nodes)
    {
        public static Group Empty { get; } = new(null, []);
    }
}
