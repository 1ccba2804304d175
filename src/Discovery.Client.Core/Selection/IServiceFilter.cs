using System.Collections.Immutable;

namespace Discovery.Client.Selection;

/// <summary>Narrows or reweights the nodes of a service when its view is built (zone, subset, slow start, …). Registered with <c>AddFilter</c>; runs in the order of registration.</summary>
public interface IServiceFilter
{
    /// <summary>What explanations call it.</summary>
    string Name { get; }

    /// <summary>Returns the nodes to go on with. An empty answer counts as no answer: the nodes stay as they were.</summary>
    /// <param name="nodes">The nodes, ordered by instance id; never empty.</param>
    /// <param name="context">The service and what else the answer may depend on.</param>
    ImmutableArray<WeightedNode> Apply(ImmutableArray<WeightedNode> nodes, in FilterContext context);
}
