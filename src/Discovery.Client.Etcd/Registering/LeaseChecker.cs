using Google.Protobuf;

namespace Discovery.Client.Etcd;

/// <summary>Compares what hangs on a lease with what is wanted: takes out what nobody wants, finds what was deleted or changed.</summary>
internal sealed class LeaseChecker(EtcdBackendParts parts)
{
    /// <summary>etcd takes 128 operations in a transaction unless it is told otherwise.</summary>
    public const int KeysInTransaction = 100;

    /// <returns>A wanted key that is not as it was put; null: all are.</returns>
    /// <exception cref="RegistryException">It could not be seen.</exception>
    public async Task<ByteString?> RunAsync(ProcessLease lease, LeaseCheck check, CancellationToken cancellationToken)
    {
        var wanted = lease.Wanted();
        var request = new Wire.LeaseTimeToLiveRequest { ID = lease.LeaseId, Keys = true };
        var answer = await parts.Client.CallAsync(
            $"Reading the keys of lease {lease.Id}", (at, call) => at.Leases.LeaseTimeToLiveAsync(request, call).ResponseAsync, parts.Options.RequestTimeout, cancellationToken).ConfigureAwait(false);
        var there = answer.Keys.ToHashSet();
        await SweepAsync(lease, there, cancellationToken).ConfigureAwait(false);

        // The member that answers for leases may be behind the one that took the put: what seems to be missing is asked for.
        foreach (var some in (check == LeaseCheck.Full ? wanted : Array.FindAll(wanted, record => !there.Contains(record.Key))).Chunk(KeysInTransaction))
        {
            if (await FindChangedAsync(lease, some, cancellationToken).ConfigureAwait(false) is { } changed)
            {
                return changed;
            }
        }

        return null;
    }

    private async Task SweepAsync(ProcessLease lease, HashSet<ByteString> there, CancellationToken cancellationToken)
    {
        foreach (var key in there)
        {
            if (lease.IsExpected(key))
            {
                continue;
            }

            await TransactAsync($"Taking out '{key.ToStringUtf8()}'", Transactions.DeleteOwn(key, lease.LeaseId), cancellationToken).ConfigureAwait(false);
            if (lease.IsExpected(key))
            {
                // It was registered meanwhile, and may have been taken for the record that was there.
                lease.Owe(LeaseCheck.Keys);
            }
        }
    }

    private async Task<ByteString?> FindChangedAsync(ProcessLease lease, KeyValuePair<ByteString, long>[] records, CancellationToken cancellationToken)
    {
        var answer = await TransactAsync($"Looking at the records of lease {lease.Id}", Transactions.ReadChanged(records), cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < answer.Responses.Count; i++)
        {
            if ((answer.Responses[i].ResponseRange.Kvs is not [var there] || there.ModRevision != records[i].Value) && lease.Holds(records[i]))
            {
                return records[i].Key;
            }
        }

        return null;
    }

    private Task<Wire.TxnResponse> TransactAsync(string what, Wire.TxnRequest request, CancellationToken cancellationToken)
        => parts.Client.CallAsync(what, (at, call) => at.Kv.TxnAsync(request, call).ResponseAsync, parts.Options.RequestTimeout, cancellationToken);
}
