using System.Runtime.CompilerServices;

namespace Discovery.Client.Etcd;

/// <summary>The watch of one service: the list, then every change after its revision; the list again where changes are missing.</summary>
internal sealed class EtcdWatch(EtcdBackendParts parts, ServiceQuery query, ServiceSnapshot? last)
{
    private readonly KeyRange _range = parts.Layout.Service(query.Name);

    public async IAsyncEnumerable<ServiceSnapshot> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var list = last;
        var resumes = last?.ResumeToken is ListPosition position && position.IsValidFor(parts);
        while (true)
        {
            if (!resumes)
            {
                yield return list = await ReadAsync(parts, query, list, cancellationToken).ConfigureAwait(false);
            }

            var at = (ListPosition)list!.ResumeToken!;
            using var watch = await parts.Watches.SubscribeAsync(_range, at.Revision + 1, cancellationToken).ConfigureAwait(false);
            var header = await watch.Created.ConfigureAwait(false);
            if (header.Revision < at.Revision || header.ClusterId != at.Cluster)
            {
                // A store that is behind was wiped or restored, or its member is late: then the read waits for it.
                resumes = false;
                continue;
            }

            if (resumes)
            {
                resumes = false;
                yield return list;
            }

            WatchNews news;
            do
            {
                news = await watch.TakeAsync(cancellationToken).ConfigureAwait(false);
                if (news.Turn != WatchTurn.ListsAgain && ListChange.Apply(parts.Layout, list, news) is { } next)
                {
                    yield return list = next;
                }
            }
            while (news.Turn == WatchTurn.GoesOn);
            resumes = news.Turn == WatchTurn.Moves;
        }
    }

    /// <summary>Reads the list, by consensus of the members.</summary>
    public static async Task<ServiceSnapshot> ReadAsync(EtcdBackendParts parts, ServiceQuery query, ServiceSnapshot? previous, CancellationToken cancellationToken)
    {
        var content = await RangeReader.ReadAsync(parts, parts.Layout.Service(query.Name), keysOnly: false, cancellationToken).ConfigureAwait(false);
        return ListChange.Create(parts, content, previous);
    }
}
