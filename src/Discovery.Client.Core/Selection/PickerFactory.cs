using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Discovery.Client.Internal;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Discovery.Client.Selection;

/// <summary>Makes the picker of a new view: the filters in their order, then the service's selector. What users wrote may throw: then it is as if it were not there.</summary>
internal sealed partial class PickerFactory(
    SelectorRegistry selectors, IEnumerable<IServiceFilter> filters, IOptionsMonitor<DiscoveryClientOptions> options, TimeProvider timeProvider, RandomSource random, ILogger<PickerFactory> logger)
{
    private readonly QuietLogger _logger = new(logger);
    private readonly IServiceFilter[] _filters = [.. filters];
    private readonly LeastRequestsSelector _substitute = new();
    private readonly ConditionalWeakTable<IPicker, ISelector> _origins = [];
    private readonly FaultMemory _faults = new();
    private readonly LogThrottle _throttle = new(timeProvider);

    public SelectionOptions SelectionOf(ServiceOptions serviceOptions) => serviceOptions.Selection ?? options.CurrentValue.Selection;

    /// <summary>Applies the filters and makes the picker.</summary>
    /// <param name="serviceName">The service, as the program names it.</param>
    /// <param name="serviceOptions">Its settings.</param>
    /// <param name="candidates">The nodes, ordered by instance id, with the instances' own weights.</param>
    /// <param name="previous">The picker of the view before, whichever selector it came from.</param>
    /// <param name="nodes">The nodes that are left; never none of some.</param>
    /// <param name="availability">Which of them are available.</param>
    /// <returns>Null if there are no candidates.</returns>
    public IPicker? Create(
        string serviceName, ServiceOptions serviceOptions, ImmutableArray<WeightedNode> candidates, IPicker? previous, out ImmutableArray<WeightedNode> nodes, Availability availability = default)
        => Create(serviceName, serviceOptions, candidates, previous, out nodes, availability, out _);

    /// <summary>Applies the filters and makes the picker; tells, too, what each filter left.</summary>
    public IPicker? Create(
        string serviceName, ServiceOptions serviceOptions, ImmutableArray<WeightedNode> candidates, IPicker? previous, out ImmutableArray<WeightedNode> nodes, Availability availability, out ViewLayers? layers)
    {
        nodes = candidates;
        layers = new ViewLayers(serviceOptions.Selector ?? options.CurrentValue.Selector, candidates);
        var told = layers;
        var selection = SelectionOf(serviceOptions);
        return candidates.IsEmpty ? null
            : selection.Routing.IsOn ? RoutingBuilder.Build(selection.Routing, candidates, availability, previous, random, CreateOne, out nodes)
            : CreateOne("", candidates, availability, previous is RoutingPicker routing ? LeaveGroups(routing) : previous, out nodes);

        IPicker? LeaveGroups(RoutingPicker routing)
        {
            foreach (var (node, _) in candidates)
            {
                node.CountOnlyIn(static group => group.Length == 0);
            }

            return routing.Of(RoutingPicker.Default);
        }

        IPicker? CreateOne(string group, ImmutableArray<WeightedNode> some, Availability available, IPicker? before, out ImmutableArray<WeightedNode> left)
            => CreateOf(group, serviceName, serviceOptions, selection, some, available, before, told, out left);
    }

    private IPicker CreateOf(
        string group, string serviceName, ServiceOptions serviceOptions, SelectionOptions selection, ImmutableArray<WeightedNode> nodes, Availability availability, IPicker? previous,
        ViewLayers layers, out ImmutableArray<WeightedNode> left)
    {
        var context = new FilterContext
        {
            ServiceName = serviceName,
            Options = serviceOptions,
            Selection = selection,
            TimeProvider = timeProvider,
            Random = random,
            Availability = availability,
        };
        foreach (var filter in _filters)
        {
            nodes = layers.Note(filter.Name, nodes, Apply(filter, nodes, context));
        }

        left = layers.Note("weight 0", nodes, WithoutWeightless(nodes));
        var selector = FindSelector(serviceName, layers.Selector);
        var sticky = previous as StickyPicker;
        var before = sticky?.Inner ?? previous;
        var picker = CreatePicker(group, serviceName, selector, left, serviceOptions, selection, before is GuardedPicker guarded ? guarded.Inner : before);
        return selection.Sticky.Enabled
            ? new StickyPicker(picker, left, sticky?.Memory.Within(selection.Sticky, timeProvider) ?? new StickyMemory(selection.Sticky, timeProvider))
            : picker;
    }

    private static ImmutableArray<WeightedNode> WithoutWeightless(ImmutableArray<WeightedNode> nodes)
    {
        // NaN, too, is not above 0.
        foreach (var node in nodes)
        {
            if (!(node.Weight > 0))
            {
                var left = nodes.RemoveAll(static node => !(node.Weight > 0));
                return left.IsEmpty ? [.. nodes.Select(node => node with { Weight = 1 })] : left;
            }
        }

        return nodes;
    }

    private static ImmutableArray<WeightedNode> Bounded(ImmutableArray<WeightedNode> nodes)
    {
        foreach (var node in nodes)
        {
            if (!node.IsBounded)
            {
                return [.. nodes.Select(static node => WeightedNode.Of(node.Node, node.Weight))];
            }
        }

        return nodes;
    }

    private ImmutableArray<WeightedNode> Apply(IServiceFilter filter, ImmutableArray<WeightedNode> nodes, in FilterContext context)
    {
        try
        {
            var left = filter.Apply(nodes, context);
            _faults.Forget(context.ServiceName, filter);
            return left.IsDefaultOrEmpty ? nodes : Bounded(left);
        }
        catch (Exception exception)
        {
            if (_faults.IsNew(context.ServiceName, filter))
            {
                Log.FilterFailed(_logger, filter.Name, context.ServiceName, exception);
            }

            return nodes;
        }
    }

    private ISelector FindSelector(string serviceName, string name)
    {
        try
        {
            if (selectors.Find(name) is { } selector)
            {
                return selector;
            }
        }
        catch (Exception exception)
        {
            // It could not even be made.
            if (_faults.IsNew(serviceName, name))
            {
                Log.SelectorFailed(_logger, serviceName, exception);
            }

            return _substitute;
        }

        // Names are checked at start; this one came with a reload.
        if (_faults.IsNew(serviceName, name))
        {
            Log.SelectorUnknown(_logger, serviceName, selectors.Reject(name)!);
        }

        return _substitute;
    }

    private IPicker CreatePicker(
        string group, string serviceName, ISelector selector, ImmutableArray<WeightedNode> nodes, ServiceOptions serviceOptions, SelectionOptions selection, IPicker? previous)
    {
        var context = new SelectorContext
        {
            Nodes = nodes,
            Options = serviceOptions,
            Selection = selection,
            Previous = previous is not null && _origins.TryGetValue(previous, out var origin) && ReferenceEquals(origin, selector) ? previous : null,
            TimeProvider = timeProvider,
            Random = random,
            Group = group,
        };
        try
        {
            var picker = selector.CreatePicker(context);
            _faults.Forget(serviceName, selector);
            _origins.AddOrUpdate(picker, selector);
            return selector.GetType().Assembly == typeof(PickerFactory).Assembly ? picker : Guard(picker, serviceName, nodes, serviceOptions, selection);
        }
        catch (Exception exception)
        {
            if (_faults.IsNew(serviceName, selector))
            {
                Log.SelectorFailed(_logger, serviceName, exception);
            }

            // Not noted as the selector's: it is promised pickers of its own.
            return _substitute.CreatePicker(context);
        }
    }

    private GuardedPicker Guard(IPicker picker, string serviceName, ImmutableArray<WeightedNode> nodes, ServiceOptions serviceOptions, SelectionOptions selection)
        => new(
            picker,
            () => _substitute.CreatePicker(new() { Nodes = nodes, Options = serviceOptions, Selection = selection, TimeProvider = timeProvider, Random = random }),
            exception =>
            {
                if (_throttle.Pass(351, serviceName))
                {
                    Log.SelectorFailed(_logger, serviceName, exception);
                }
            });
}
