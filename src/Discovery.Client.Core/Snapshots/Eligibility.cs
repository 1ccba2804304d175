using System.Collections.Immutable;
using Discovery.Client.Selection;

namespace Discovery.Client.Snapshots;

/// <summary>Which instances take traffic by what the registry says of them. If that were none, all do: a list is never made empty by a rule.</summary>
internal static class Eligibility
{
    public static bool IsEligible(ServiceInstance instance) => instance.Status is ServiceStatus.Up or ServiceStatus.Warning && instance.Weight > 0;

    public static ImmutableArray<WeightedNode> Candidates(ImmutableArray<ServiceNode> nodes, ImmutableArray<ServiceInstance> instances)
    {
        var candidates = ImmutableArray.CreateBuilder<WeightedNode>(nodes.Length);
        for (var i = 0; i < nodes.Length; i++)
        {
            if (IsEligible(instances[i]))
            {
                candidates.Add(new(nodes[i], instances[i].Weight));
            }
        }

        return candidates.Count > 0 ? candidates.DrainToImmutable() : Panic(nodes, instances);
    }

    private static ImmutableArray<WeightedNode> Panic(ImmutableArray<ServiceNode> nodes, ImmutableArray<ServiceInstance> instances)
        => [.. nodes.Select((node, i) => new WeightedNode(node, instances[i].Weight > 0 ? instances[i].Weight : 1))];
}
