namespace Discovery.Client;

/// <summary>How new a list is. Two versions compare only if their epoch is the same; across epochs (another server, a registry that was wiped or restored) the order is unknown.</summary>
/// <param name="Epoch">Changes whenever the numbers start over. 0 with number 0: the registry has no versions.</param>
/// <param name="Number">Grows with every change within the epoch (etcd revision, Consul index, …). Never a clock.</param>
public readonly record struct SnapshotVersion(ulong Epoch, ulong Number)
{
    /// <summary>Whether this is known to be older than the other.</summary>
    /// <param name="other">The other version.</param>
    public bool IsOlderThan(SnapshotVersion other) => Epoch == other.Epoch && Number < other.Number;
}
