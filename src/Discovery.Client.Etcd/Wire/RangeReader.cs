using Google.Protobuf;

namespace Discovery.Client.Etcd;

/// <summary>Reads all keys of a range as they were at one revision.</summary>
internal static class RangeReader
{
    private const int PageSize = 5000;
    private const int Attempts = 3;

    public static async Task<RangeContent> ReadAsync(EtcdBackendParts parts, KeyRange range, bool keysOnly, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await ReadOnceAsync(parts, range, keysOnly, cancellationToken).ConfigureAwait(false);
            }
            catch (EtcdException error) when (error.Sort == EtcdError.RevisionGone && attempt < Attempts)
            {
                // Compacted between two pages.
            }
        }
    }

    private static async Task<RangeContent> ReadOnceAsync(EtcdBackendParts parts, KeyRange range, bool keysOnly, CancellationToken cancellationToken)
    {
        var request = new Wire.RangeRequest { Key = range.Key, RangeEnd = range.End, Limit = PageSize, KeysOnly = keysOnly };
        int? generation = null;
        List<Wire.KeyValue> records = [];
        while (true)
        {
            var page = await parts.Client.CallAsync(
                $"Reading '{range.Key.ToStringUtf8()}'", (at, call) => at.Kv.RangeAsync(request, call).ResponseAsync, parts.Options.RequestTimeout, cancellationToken).ConfigureAwait(false);
            generation ??= parts.Client.History.Generation;
            records.AddRange(page.Kvs);
            if (!page.More || page.Kvs.Count == 0)
            {
                return new(records, request.Revision > 0 ? request.Revision : page.Header.Revision, page.Header.ClusterId, generation.Value);
            }

            request = request.Clone();
            request.Revision = request.Revision > 0 ? request.Revision : page.Header.Revision;
            request.Key = ByteString.CopyFrom([.. page.Kvs[^1].Key.Span, 0]);
        }
    }
}

/// <summary>The keys of a range.</summary>
/// <param name="Records">They.</param>
/// <param name="Revision">When.</param>
/// <param name="Cluster">Of which cluster.</param>
/// <param name="Generation">How often the store had been another before.</param>
internal sealed record RangeContent(IReadOnlyList<Wire.KeyValue> Records, long Revision, ulong Cluster, int Generation);
