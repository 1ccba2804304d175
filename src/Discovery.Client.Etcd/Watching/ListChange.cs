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

        var (changed, rejected) = (new Dictionary<string, ServiceInstance?>(StringComparer.Ordinal), position.Rejected);
        foreach (var change in news.Events)
        {
            var isPut = change.Type == Wire.Event.Types.EventType.Put;
            var instance = isPut ? Decode(layout, change.Kv) : null;
            rejected = isPut && instance is null ? rejected.Add(change.Kv.Key) : rejected.Remove(change.Kv.Key);
            if (layout.TryRead(change.Kv.Key, out _, out var id))
            {
                changed[id] = instance;
            }
        }

        var instances = list.Instances.Where(instance => !changed.ContainsKey(instance.InstanceId)).Concat(changed.Values.OfType<ServiceInstance>());
        return ServiceSnapshot.Create(
            instances, list.Version with { Number = (ulong)news.Revision }, list, rejected.Count, position with { Revision = news.Revision, Rejected = rejected });
    }

    private static ServiceInstance? Decode(KeyLayout layout, Wire.KeyValue record)
        => layout.TryRead(record.Key, out var service, out var id) ? InstanceCodec.Decode(service, id, record.Value.Span) : null;
}
