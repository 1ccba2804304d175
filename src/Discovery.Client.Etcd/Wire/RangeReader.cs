using Google.Protobuf;
using Grpc.Core;

namespace Discovery.Client.Etcd;

/// <summary>Reads all keys of a range as they were at one revision.</summary>
internal static class RangeReader
{
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
        var request = new Wire.RangeRequest { Key = range.Key, RangeEnd = range.End, KeysOnly = keysOnly };
        int? generation = null;
        List<Wire.KeyValue> records = [];
        while (true)
        {
            PageSize? pages = null;
            var start = parts.TimeProvider.GetTimestamp();
            Wire.RangeResponse page;
            try
            {
                page = await parts.Client.CallAsync($"Reading '{range.Key.ToStringUtf8()}'", AskAsync, parts.Options.RequestTimeout, cancellationToken).ConfigureAwait(false);
            }
            catch (SlowAnswerException) when (pages?.Shrink((int)request.Limit) == true)
            {
                // The pages before it stay: all are of one revision.
                request = request.Clone();
                continue;
            }

            generation ??= parts.Client.History.Generation;
            records.AddRange(page.Kvs);
            if (!page.More || page.Kvs.Count == 0)
            {
                return new(records, request.Revision > 0 ? request.Revision : page.Header.Revision, page.Header.ClusterId, generation.Value);
            }

            pages?.Arrived((int)request.Limit, parts.TimeProvider.GetElapsedTime(start), parts.Options.RequestTimeout);
            request = request.Clone();
            request.Revision = request.Revision > 0 ? request.Revision : page.Header.Revision;
            request.Key = ByteString.CopyFrom([.. page.Kvs[^1].Key.Span, 0]);

            Task<Wire.RangeResponse> AskAsync(EtcdConnection at, CallOptions call)
            {
                pages = at.Pages;
                request.Limit = pages.Size;
                return at.Kv.RangeAsync(request, call).ResponseAsync;
            }
        }
    }
}

/// <summary>The keys of a range.</summary>
/// <param name="Records">They.</param>
/// <param name="Revision">When.</param>
/// <param name="Cluster">Of which cluster.</param>
/// <param name="Generation">How often the store had been another before.</param>
internal sealed record RangeContent(IReadOnlyList<Wire.KeyValue> Records, long Revision, ulong Cluster, int Generation);
