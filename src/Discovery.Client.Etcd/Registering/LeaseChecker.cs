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
        var isFull = check == LeaseCheck.Full;
        var wanted = lease.Wanted(unseenOnly: isFull);
        var request = new Wire.LeaseTimeToLiveRequest { ID = lease.LeaseId, Keys = true };
        var answer = await parts.Client.CallAsync(
            $"Reading the keys of lease {lease.Id}", (at, call) => at.Leases.LeaseTimeToLiveAsync(request, call).ResponseAsync, parts.Options.RequestTimeout, cancellationToken).ConfigureAwait(false);
        var there = answer.Keys.ToHashSet();
        await SweepAsync(lease, there, cancellationToken).ConfigureAwait(false);

        // The member that answers for leases may be behind the one that took the put: what seems to be missing is asked for.
        var asked = isFull ? wanted : Array.FindAll(wanted, record => !there.Contains(record.Key));
        for (var from = 0; from < asked.Length; from += KeysInTransaction)
        {
            if (isFull)
            {
                // Where time runs out the next look goes on from here, so that the last records have their turn too.
                lease.Unseen(asked[from..]);
            }

            if (await FindChangedAsync(lease, asked[from..Math.Min(asked.Length, from + KeysInTransaction)], cancellationToken).ConfigureAwait(false) is { } changed)
            {
                return changed;
            }
        }

        if (isFull)
        {
            lease.Unseen([]);
        }

        return null;
    }

    private async Task SweepAsync(ProcessLease lease, HashSet<ByteString> there, CancellationToken cancellationToken)
    {
        foreach (var key in there)
        {
            if (!lease.TryBeginSweep(key))
            {
                continue;
            }

            try
            {
                await TransactAsync($"Taking out '{key.ToStringUtf8()}'", Transactions.DeleteOwn(key, lease.LeaseId), cancellationToken).ConfigureAwait(false);
            }
            catch
            {
                // It may be applied later.
                lease.Owe(LeaseCheck.Keys);
                throw;
            }
            finally
            {
                lease.EndSweep(key);
            }
        }
    }

    private async Task<ByteString?> FindChangedAsync(ProcessLease lease, KeyValuePair<ByteString, long>[] records, CancellationToken cancellationToken)
    {
        var answer = await TransactAsync($"Looking at the records of lease {lease.Id}", Transactions.ReadChanged(records), cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < answer.Responses.Count; i++)
        {
            if ((answer.Responses[i].ResponseRange.Kvs is not [var there] || (there.ModRevision != records[i].Value && records[i].Value != ProcessLease.UnknownRevision)) && lease.Holds(records[i]))
            {
                return records[i].Key;
            }
        }

        return null;
    }

    private Task<Wire.TxnResponse> TransactAsync(string what, Wire.TxnRequest request, CancellationToken cancellationToken)
        => parts.Client.CallAsync(what, (at, call) => at.Kv.TxnAsync(request, call).ResponseAsync, parts.Options.RequestTimeout, cancellationToken);
}
