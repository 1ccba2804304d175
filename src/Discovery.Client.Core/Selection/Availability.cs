using System.Collections.Immutable;

namespace Discovery.Client.Selection;

/// <summary>What layers that share out load have to know beside the nodes they are given.</summary>
/// <param name="IsPanicking">Whether nodes are used whether they are available or not.</param>
/// <param name="Unhealthy">The nodes that the registry lists as down and that are not used.</param>
internal readonly record struct Availability(bool IsPanicking, ImmutableArray<WeightedNode> Unhealthy)
{
    public static Availability Full { get; } = new(false, []);

    /// <summary>The same for a group of instances.</summary>
    public Availability Of(Func<ServiceInstance, bool> has) => this with { Unhealthy = Unhealthy.IsDefaultOrEmpty ? [] : Unhealthy.RemoveAll(node => !has(node.Node.Instance)) };

    /// <summary>The weight that a node can take requests with now.</summary>
    public double WeightOf(in WeightedNode node) => IsPanicking || !node.Node.IsEjected ? node.Weight : 0;
}
