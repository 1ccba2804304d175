using System.Collections.Immutable;

namespace Discovery.Client;

/// <summary>All instances of a service as the registry answered once. Having one means: it answered; no instances means: it said there are none. Immutable.</summary>
public sealed class ServiceSnapshot
{
    private ServiceSnapshot(ImmutableArray<ServiceInstance> instances, SnapshotVersion version, int rejectedRecords, object? resumeToken)
    {
        Instances = instances;
        Version = version;
        RejectedRecords = rejectedRecords;
        ResumeToken = resumeToken;
    }

    /// <summary>The instances, ordered by id (ordinal); no id stands twice.</summary>
    public ImmutableArray<ServiceInstance> Instances { get; }

    /// <summary>How new the list is, comparable within one watch.</summary>
    public SnapshotVersion Version { get; }

    /// <summary>How many records of the answer could not be read and were left out.</summary>
    public int RejectedRecords { get; }

    /// <summary>Whatever the adapter needs to go on from here; the engine hands it back untouched.</summary>
    public object? ResumeToken { get; }

    /// <summary>Makes a snapshot: orders by id, keeps the last of two records with one id, and takes over every instance of <paramref name="previous"/> that did not change as the same object.</summary>
    /// <param name="instances">The instances of the answer, in any order.</param>
    /// <param name="version">How new it is.</param>
    /// <param name="previous">The snapshot before it, or null.</param>
    /// <param name="rejectedRecords">How many records were left out.</param>
    /// <param name="resumeToken">What the adapter needs to resume.</param>
    public static ServiceSnapshot Create(
        IEnumerable<ServiceInstance> instances, SnapshotVersion version = default, ServiceSnapshot? previous = null, int rejectedRecords = 0, object? resumeToken = null)
    {
        ArgumentNullException.ThrowIfNull(instances);
        var sorted = instances.ToArray();
        if (!IsAscending(sorted))
        {
            sorted = Sort(sorted);
        }

        var old = previous?.Instances ?? [];
        var result = ImmutableArray.CreateBuilder<ServiceInstance>(sorted.Length);
        for (int i = 0, j = 0; i < sorted.Length; i++)
        {
            var instance = sorted[i];
            if (i + 1 < sorted.Length && instance.InstanceId == sorted[i + 1].InstanceId)
            {
                continue;
            }

            while (j < old.Length && string.CompareOrdinal(old[j].InstanceId, instance.InstanceId) < 0)
            {
                j++;
            }

            result.Add(j < old.Length && old[j].Equals(instance) ? old[j] : instance);
        }

        return new ServiceSnapshot(result.DrainToImmutable(), version, rejectedRecords, resumeToken);
    }

    private static bool IsAscending(ServiceInstance[] instances)
    {
        for (var i = 1; i < instances.Length; i++)
        {
            if (string.CompareOrdinal(instances[i - 1].InstanceId, instances[i].InstanceId) > 0)
            {
                return false;
            }
        }

        return true;
    }

    private static ServiceInstance[] Sort(ServiceInstance[] instances)
    {
        var ids = Array.ConvertAll(instances, instance => instance.InstanceId);
        var order = Enumerable.Range(0, instances.Length).ToArray();
        Array.Sort(order, (x, y) => string.CompareOrdinal(ids[x], ids[y]) is var byId and not 0 ? byId : x.CompareTo(y));
        return Array.ConvertAll(order, i => instances[i]);
    }
}
