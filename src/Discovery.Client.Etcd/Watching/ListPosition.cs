using System.Collections.Immutable;
using Google.Protobuf;

namespace Discovery.Client.Etcd;

/// <summary>Where a watch goes on from a list.</summary>
/// <param name="Owner">The backend it comes from.</param>
/// <param name="Generation">How often the owner's store had been another.</param>
/// <param name="Cluster">The cluster.</param>
/// <param name="Revision">The revision that the list shows.</param>
/// <param name="Rejected">The keys whose values could not be read.</param>
internal sealed record ListPosition(EtcdBackendParts Owner, int Generation, ulong Cluster, long Revision, ImmutableHashSet<ByteString> Rejected)
{
    /// <summary>Whether nothing is known of the store that makes the revision worthless.</summary>
    public bool IsValidFor(EtcdBackendParts parts)
        => Owner.Options.KeyPrefix == parts.Options.KeyPrefix && (!ReferenceEquals(Owner, parts) || Generation == parts.Client.History.Generation);
}
