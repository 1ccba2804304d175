using Google.Protobuf;
using Microsoft.Extensions.Logging;

namespace Discovery.Client.Etcd;

/// <summary>Puts registrations and takes them out.</summary>
internal sealed class EtcdRegistrations(EtcdBackendParts parts, ILogger logger)
{
    private const int Attempts = 4;
    private static readonly TimeSpan LongestUndo = TimeSpan.FromSeconds(2);
    private readonly ProcessLeases _leases = new(parts, logger);

    public async ValueTask<Lease> RegisterAsync(ServiceRegistration registration, CancellationToken cancellationToken)
    {
        var instance = registration.Instance;
        var (key, value) = (parts.Layout.Instance(instance.ServiceName, instance.InstanceId), InstanceCodec.Encode(instance));
        for (var again = false; ; again = true)
        {
            var lease = await _leases.EnterAsync(registration.TimeToLive, cancellationToken).ConfigureAwait(false);
            ByteString? taken = null;
            try
            {
                await PutAsync(lease, key, value, instance, cancellationToken).ConfigureAwait(false);
                taken = key;
                return new EtcdLease(lease, registration, key);
            }
            catch (EtcdException error) when (error.Sort == EtcdError.LeaseNotFound && !again)
            {
                // It ran out or was revoked behind our back, and no renewal has said so yet.
                _leases.Lose(lease);
            }
            catch (Exception error) when (error is not EtcdException && !lease.Has(key))
            {
                await UndoAsync(lease, key).ConfigureAwait(false);
                throw;
            }
            finally
            {
                if (lease.Leave(taken))
                {
                    await _leases.RevokeAsync(lease, CancellationToken.None).ConfigureAwait(false);
                }
            }
        }
    }

    public async ValueTask RenewAsync(ProcessLease lease, CancellationToken cancellationToken)
    {
        ThrowIfLost(lease);
        if (await KeepAlive.BeatAsync(parts, lease, cancellationToken).ConfigureAwait(false) <= 0)
        {
            _leases.Lose(lease);
            throw new LeaseLostException($"etcd does not know the lease {lease.Id}: it ran out, was revoked, or the store is another.");
        }

        if (lease.IsCheckDue() && await FindMissingAsync(lease, cancellationToken).ConfigureAwait(false) is { } missing)
        {
            _leases.LoseRecords(lease);
            throw new LeaseLostException($"The key '{missing.ToStringUtf8()}' was deleted, or taken by another program, while its lease {lease.Id} lives.");
        }

        ThrowIfLost(lease);
    }

    public async ValueTask DeregisterAsync(EtcdLease lease, CancellationToken cancellationToken)
    {
        var group = (ProcessLease)lease.Group;
        await TransactAsync($"Deregistering '{lease.Key.ToStringUtf8()}'", Transactions.DeleteOwn(lease.Key, group.LeaseId), parts.Options.RequestTimeout, cancellationToken).ConfigureAwait(false);
        if (group.Remove(lease.Key))
        {
            await _leases.RevokeAsync(group, cancellationToken).ConfigureAwait(false);
        }
    }

    private static void ThrowIfLost(ProcessLease lease)
    {
        if (lease.Lost.IsCancellationRequested)
        {
            throw new LeaseLostException($"The lease {lease.Id} was lost.");
        }
    }

    private async Task PutAsync(ProcessLease lease, ByteString key, ByteString value, ServiceInstance instance, CancellationToken cancellationToken)
    {
        var what = $"Registering '{key.ToStringUtf8()}'";
        var request = lease.Has(key) ? Transactions.PutOwn(key, value, lease.LeaseId) : Transactions.PutNew(key, value, lease.LeaseId);
        for (var attempt = 1; ; attempt++)
        {
            var answer = await TransactAsync(what, request, parts.Options.RequestTimeout, cancellationToken).ConfigureAwait(false);
            if (answer.Succeeded)
            {
                return;
            }

            if (attempt == Attempts)
            {
                throw new RegistryException($"{what}: the key changes all the time.");
            }

            if (answer.Responses is not [{ ResponseRange.Kvs: [var there] }])
            {
                request = Transactions.PutNew(key, value, lease.LeaseId);
                continue;
            }

            var holder = InstanceCodec.Decode(instance.ServiceName, instance.InstanceId, there.Value.Span);
            switch (ClaimRule.Decide(there.Lease == lease.LeaseId, _leases.WasGranted(there.Lease), there.Value == value, holder?.Host == instance.Host && holder.Port == instance.Port))
            {
                case Claim.Keep:
                    return;
                case Claim.Refuse:
                    throw new EtcdException(
                        $"{what}: the id is held by another program{(holder is null ? "" : $" at {holder.Host}:{holder.Port}")}, {(there.Lease == 0 ? "without a lease: somebody has to delete it" : $"lease {there.Lease:x}")}.",
                        EtcdError.Refused, isTransient: false);
                default:
                    request = Transactions.PutUnchanged(there, value, lease.LeaseId);
                    break;
            }
        }
    }

    /// <summary>Takes back what the store may have taken: the lease goes on for others, so that it would not run out. Whoever cancelled waits for this too, so it is short.</summary>
    private async Task UndoAsync(ProcessLease lease, ByteString key)
    {
        try
        {
            var limit = parts.Options.RequestTimeout < LongestUndo ? parts.Options.RequestTimeout : LongestUndo;
            await TransactAsync("Taking back", Transactions.DeleteOwn(key, lease.LeaseId), limit, CancellationToken.None).ConfigureAwait(false);
        }
        catch (RegistryException)
        {
            // What failed first is what is told.
        }
    }

    private async Task<ByteString?> FindMissingAsync(ProcessLease lease, CancellationToken cancellationToken)
    {
        var expected = lease.Keys();
        var request = new Wire.LeaseTimeToLiveRequest { ID = lease.LeaseId, Keys = true };
        var answer = await parts.Client.CallAsync(
            $"Reading the keys of lease {lease.Id}", (at, call) => at.Leases.LeaseTimeToLiveAsync(request, call).ResponseAsync, parts.Options.RequestTimeout, cancellationToken).ConfigureAwait(false);
        var there = answer.Keys.ToHashSet();
        return Array.Find(expected, key => !there.Contains(key) && lease.Has(key));
    }

    private Task<Wire.TxnResponse> TransactAsync(string what, Wire.TxnRequest request, TimeSpan timeout, CancellationToken cancellationToken)
        => parts.Client.CallAsync(what, (at, call) => at.Kv.TxnAsync(request, call).ResponseAsync, timeout, cancellationToken);
}
