using System.Collections.Immutable;
using Discovery.Client.Selection;

namespace Discovery.Client.Snapshots;

/// <summary>Carries the nodes of one list over to the next by instance id. Both lists are ordered by id, and unchanged instances are the same object, so the cost follows what changed.</summary>
internal static class NodeMerge
{
    /// <param name="old">The instances before.</param>
    /// <param name="nodes">Their nodes, in the same order.</param>
    /// <param name="instances">The instances now.</param>
    /// <param name="differences">How many instances came, went or changed.</param>
    /// <param name="reweighted">Whether who takes traffic, or how much, may have changed.</param>
    /// <param name="joinedAt">The moment at which those that came, or take part for the first time, joined others; null: there were no others.</param>
    /// <returns>The nodes now; the same array when the same instances are listed.</returns>
    public static ImmutableArray<ServiceNode> Merge(
        ImmutableArray<ServiceInstance> old, ImmutableArray<ServiceNode> nodes, ImmutableArray<ServiceInstance> instances, out int differences, out bool reweighted,
        long? joinedAt = null)
    {
        differences = 0;
        reweighted = false;
        var shared = Math.Min(old.Length, instances.Length);
        for (var i = 0; i < shared; i++)
        {
            if (!ReferenceEquals(old[i], instances[i]))
            {
                if (old[i].InstanceId != instances[i].InstanceId)
                {
                    return MergeFrom(i, old, nodes, instances, ref differences, out reweighted, joinedAt);
                }

                Replace(nodes[i], old[i], instances[i], joinedAt, ref differences, ref reweighted);
            }
        }

        return old.Length == instances.Length ? nodes : MergeFrom(shared, old, nodes, instances, ref differences, out reweighted, joinedAt);
    }

    private static ImmutableArray<ServiceNode> MergeFrom(
        int start, ImmutableArray<ServiceInstance> old, ImmutableArray<ServiceNode> nodes, ImmutableArray<ServiceInstance> instances, ref int differences, out bool reweighted,
        long? joinedAt)
    {
        reweighted = true;
        var merged = new ServiceNode[instances.Length];
        nodes.AsSpan(0, start).CopyTo(merged);
        var j = start;
        for (var i = start; i < instances.Length; i++)
        {
            var order = -1;
            while (j < old.Length && (order = Compare(old[j], instances[i])) < 0)
            {
                j++;
                differences++;
            }

            if (j < old.Length && order == 0)
            {
                Replace(nodes[j], old[j], instances[i], joinedAt, ref differences, ref reweighted);
                merged[i] = nodes[j++];
            }
            else
            {
                merged[i] = new ServiceNode(instances[i]) { JoinedAt = joinedAt };
                NoteFirstPart(merged[i], joinedAt);
                differences++;
            }
        }

        differences += old.Length - j;
        return System.Runtime.InteropServices.ImmutableCollectionsMarshal.AsImmutableArray(merged);
    }

    private static int Compare(ServiceInstance left, ServiceInstance right)
        => ReferenceEquals(left, right) ? 0 : string.CompareOrdinal(left.InstanceId, right.InstanceId);

    private static void Replace(ServiceNode node, ServiceInstance before, ServiceInstance now, long? joinedAt, ref int differences, ref bool reweighted)
    {
        if (ReferenceEquals(before, now))
        {
            return;
        }

        node.Update(now);
        NoteFirstPart(node, joinedAt);
        if (!before.Equals(now))
        {
            differences++;
            reweighted |= before.Status != now.Status || !before.Weight.Equals(now.Weight);
        }
    }

    // Many registries list instances before they are up: whoever starts slowly starts when it is.
    private static void NoteFirstPart(ServiceNode node, long? joinedAt)
    {
        if (!node.HasTakenPart && Eligibility.IsEligible(node.Instance))
        {
            node.TakePart(joinedAt);
        }
    }
}
