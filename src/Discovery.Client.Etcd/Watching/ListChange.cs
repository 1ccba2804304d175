using System.Collections.Immutable;
using Google.Protobuf;

namespace Discovery.Client.Etcd;

/// <summary>Makes lists of records and of changes.</summary>
internal static class ListChange
{
    public static ServiceSnapshot Create(EtcdBackendParts parts, RangeContent content, ServiceSnapshot? previous)
    {
        var instances = new List<ServiceInstance>(content.Records.Count);
        var rejected = ImmutableHashSet<ByteString>.Empty;
        foreach (var record in content.Records)
        {
            if (Decode(parts.Layout, record) is { } instance)
            {
                instances.Add(instance);
            }
            else
            {
                rejected = rejected.Add(record.Key);
            }
        }

        var position = new ListPosition(parts, content.Generation, content.Cluster, content.Revision, rejected);
        return ServiceSnapshot.Create(instances, new(parts.NextEpoch(), (ulong)content.Revision), previous, rejected.Count, position);
    }

    /// <summary>The list after the news; null if they are older than it.</summary>
    public static ServiceSnapshot? Apply(KeyLayout layout, ServiceSnapshot list, WatchNews news)
    {
        var position = (ListPosition)list.ResumeToken!;
        if (news.Revision <= position.Revision)
        {
            return null;
        }

        var (changed, rejected) = (new SortedDictionary<string, ServiceInstance?>(StringComparer.Ordinal), position.Rejected);
        foreach (var change in news.Changes)
        {
            var isPut = change.Type == Wire.Event.Types.EventType.Put;
            var instance = isPut ? Decode(layout, change.Kv) : null;
            rejected = isPut && instance is null ? rejected.Add(change.Kv.Key) : rejected.Remove(change.Kv.Key);
            if (layout.TryRead(change.Kv.Key, out _, out var id))
            {
                changed[id] = instance;
            }
        }

        return ServiceSnapshot.Create(
            Merge(list.Instances, changed), list.Version with { Number = (ulong)news.Revision }, list, rejected.Count, position with { Revision = news.Revision, Rejected = rejected });
    }

    /// <summary>The list with the changes, in its order, so that nothing needs to be sorted.</summary>
    private static List<ServiceInstance> Merge(ImmutableArray<ServiceInstance> list, SortedDictionary<string, ServiceInstance?> changed)
    {
        var result = new List<ServiceInstance>(list.Length + changed.Count);
        var from = 0;
        foreach (var (id, instance) in changed)
        {
            var at = from;
            while (at < list.Length && string.CompareOrdinal(list[at].InstanceId, id) < 0)
            {
                at++;
            }

            result.AddRange(list.AsSpan()[from..at]);
            from = at < list.Length && list[at].InstanceId == id ? at + 1 : at;
            if (instance is not null)
            {
                result.Add(instance);
            }
        }

        result.AddRange(list.AsSpan()[from..]);
        return result;
    }

    private static ServiceInstance? Decode(KeyLayout layout, Wire.KeyValue record)
        => layout.TryRead(record.Key, out var service, out var id) ? InstanceCodec.Decode(service, id, record.Value.Span) : null;
}
