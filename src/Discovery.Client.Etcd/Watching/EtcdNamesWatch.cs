using System.Runtime.CompilerServices;
using Google.Protobuf;

namespace Discovery.Client.Etcd;

/// <summary>The watch of all names: those that have keys.</summary>
internal static class EtcdNamesWatch
{
    public static async IAsyncEnumerable<IReadOnlyCollection<string>> RunAsync(EtcdBackendParts parts, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            var content = await RangeReader.ReadAsync(parts, parts.Layout.All, keysOnly: true, cancellationToken).ConfigureAwait(false);
            var services = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
            foreach (var record in content.Records)
            {
                Change(parts.Layout, services, record.Key, isThere: true);
            }

            yield return [.. services.Keys];
            using var watch = await parts.Watches.SubscribeAsync(parts.Layout.All, content.Revision + 1, cancellationToken).ConfigureAwait(false);
            var header = await watch.Created.ConfigureAwait(false);
            if (header.Revision < content.Revision || header.ClusterId != content.Cluster)
            {
                continue;
            }

            while (await watch.TakeAsync(cancellationToken).ConfigureAwait(false) is { Turn: WatchTurn.GoesOn } news)
            {
                var changed = false;
                foreach (var change in news.Changes)
                {
                    changed |= Change(parts.Layout, services, change.Kv.Key, change.Type == Wire.Event.Types.EventType.Put);
                }

                if (changed)
                {
                    yield return [.. services.Keys];
                }
            }
        }
    }

    /// <summary>Takes notice of a key.</summary>
    /// <returns>Whether a name came or went by it.</returns>
    private static bool Change(KeyLayout layout, Dictionary<string, HashSet<string>> services, ByteString key, bool isThere)
    {
        if (!layout.TryRead(key, out var service, out var id) || !Names.IsService(service))
        {
            return false;
        }

        if (!services.TryGetValue(service, out var ids))
        {
            if (isThere)
            {
                services.Add(service, [id]);
            }

            return isThere;
        }

        _ = isThere ? ids.Add(id) : ids.Remove(id);
        return ids.Count == 0 && services.Remove(service);
    }
}
