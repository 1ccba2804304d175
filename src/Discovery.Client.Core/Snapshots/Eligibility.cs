using System.Collections.Immutable;
using Discovery.Client.Selection;

namespace Discovery.Client.Snapshots;

/// <summary>Which instances take traffic by what the registry says of them. If that were none, all do: a list is never made empty by a rule.</summary>
internal static class Eligibility
{
    public static bool IsEligible(ServiceInstance instance) => instance.Status is ServiceStatus.Up or ServiceStatus.Warning && instance.Weight > 0;

    /// <summary>Whether it takes no requests because the registry finds it down, rather than because it says so itself.</summary>
    public static bool IsUnhealthy(ServiceInstance instance) => instance.Status == ServiceStatus.Down && instance.Weight > 0;

    /// <summary>The nodes that are usable; if there are none, all.</summary>
    public static ImmutableArray<WeightedNode> Candidates(ImmutableArray<ServiceNode> nodes, ImmutableArray<ServiceInstance> instances)
    {
        var candidates = ImmutableArray.CreateBuilder<WeightedNode>(nodes.Length);
        for (var i = 0; i < nodes.Length; i++)
        {
            if (IsEligible(instances[i]))
            {
                candidates.Add(WeightedNode.Of(nodes[i], instances[i].Weight));
            }
        }

        return candidates.Count > 0 ? candidates.DrainToImmutable() : Panic(nodes, instances);
    }

    /// <summary>The nodes that are found down; none where all are candidates already.</summary>
    public static ImmutableArray<WeightedNode> Unhealthy(ImmutableArray<ServiceNode> nodes, ImmutableArray<ServiceInstance> instances, ImmutableArray<WeightedNode> candidates)
    {
        if (candidates.Length == nodes.Length)
        {
            return [];
        }

        var unhealthy = ImmutableArray.CreateBuilder<WeightedNode>();
        for (var i = 0; i < nodes.Length; i++)
        {
            if (IsUnhealthy(instances[i]))
            {
                unhealthy.Add(WeightedNode.Of(nodes[i], instances[i].Weight));
            }
        }

        return unhealthy.DrainToImmutable();
    }

    /// <summary>Both, by instance id.</summary>
    public static ImmutableArray<WeightedNode> Join(ImmutableArray<WeightedNode> candidates, ImmutableArray<WeightedNode> unhealthy)
        => unhealthy.IsEmpty ? candidates : [.. candidates.Concat(unhealthy).OrderBy(static node => node.Node.Instance.InstanceId, StringComparer.Ordinal)];

    private static ImmutableArray<WeightedNode> Panic(ImmutableArray<ServiceNode> nodes, ImmutableArray<ServiceInstance> instances)
        => [.. nodes.Select((node, i) => WeightedNode.Of(node, instances[i].Weight > 0 ? instances[i].Weight : 1))];
}
