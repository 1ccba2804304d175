namespace Discovery.Client;

/// <summary>
/// Registrations that live and die together and are renewed by one call: one instance on Consul, the process's lease on etcd, the connection on Nacos,
/// the session on ZooKeeper. Compared by reference: a lease that was granted anew is a new group. Adapters may derive from it.
/// </summary>
/// <param name="id">What the registry calls it (lease id, check id, session id); appears in logs.</param>
/// <param name="timeToLive">How long it lives without a renewal, as granted, which may differ from what was asked.</param>
/// <param name="renewEvery">How often to renew it, usually a third of <paramref name="timeToLive"/>. Null: nothing is to be sent, the connection or session is the proof of life.</param>
/// <param name="lost">Cancelled by the adapter when it learns that the group is gone.</param>
public class LeaseGroup(string id, TimeSpan timeToLive, TimeSpan? renewEvery, CancellationToken lost = default)
{
    /// <summary>What the registry calls it.</summary>
    public string Id { get; } = id;

    /// <summary>How long it lives without a renewal, as granted.</summary>
    public TimeSpan TimeToLive { get; } = timeToLive;

    /// <summary>How often to renew it; null: nothing is to be sent.</summary>
    public TimeSpan? RenewEvery { get; } = renewEvery;

    /// <summary>Cancelled when the adapter learns by itself that the group is gone.</summary>
    public CancellationToken Lost { get; } = lost;
}
