using Google.Protobuf;
using Microsoft.Extensions.Logging;

namespace Discovery.Client.Etcd;

/// <summary>Puts registrations and takes them out.</summary>
internal sealed partial class EtcdRegistrations(EtcdBackendParts parts, ILogger logger)
{
    private const int Attempts = 4;

    /// <summary>Of the time to live, for a renewal with all that it looks at: less than the third after which the engine gives it up.</summary>
    private const double RenewalShare = 0.3;

    private static readonly TimeSpan LongestRenewal = TimeSpan.FromSeconds(9);
    private static readonly TimeSpan LongestGoodbye = TimeSpan.FromSeconds(2);
    private readonly ProcessLeases _leases = new(parts, logger);
    private readonly LeaseChecker _checker = new(parts);

    public async ValueTask<Lease> RegisterAsync(ServiceRegistration registration, CancellationToken cancellationToken)
    {
        var instance = registration.Instance;
        var (key, value) = (parts.Layout.Instance(instance.ServiceName, instance.InstanceId), InstanceCodec.Encode(instance));
        for (var again = false; ; again = true)
        {
            var lease = await _leases.EnterAsync(registration.TimeToLive, cancellationToken).ConfigureAwait(false);
            lease.BeginPut(key);
            try
            {
                await lease.WaitForSweepAsync(key, cancellationToken).ConfigureAwait(false);
                var revision = await PutAsync(lease, key, value, instance, cancellationToken).ConfigureAwait(false);
                _leases.Remember(key, isHeld: true);
                lease.Leave(key, revision);
                return new EtcdLease(lease, registration, key);
            }
            catch (EtcdException error) when (error.Sort == EtcdError.LeaseNotFound && !again)
            {
                // It ran out or was revoked behind our back, and no renewal has said so yet.
                _leases.Lose(lease);
                lease.Leave(key, revision: null);
            }
            catch (Exception error)
            {
                await GiveUpAsync(lease, key, mayBeThere: error is not EtcdException).ConfigureAwait(false);
                throw;
            }
        }
    }

    public async ValueTask RenewAsync(ProcessLease lease, CancellationToken cancellationToken)
    {
        ThrowIfLost(lease);
        var began = parts.TimeProvider.GetTimestamp();
        if (await KeepAlive.BeatAsync(parts, lease, cancellationToken).ConfigureAwait(false) <= 0)
        {
            _leases.Lose(lease);
            throw new LeaseLostException($"etcd does not know the lease {lease.Id}: it ran out, was revoked, or the store is another.");
        }

        var check = lease.NextCheck();
        if (check != LeaseCheck.None && await TryCheckAsync(lease, check, began, cancellationToken).ConfigureAwait(false) is { } changed)
        {
            _leases.LoseRecords(lease);
            throw new LeaseLostException($"The key '{changed.ToStringUtf8()}' was deleted, changed, or taken by another program, while its lease {lease.Id} lives.");
        }

        ThrowIfLost(lease);
    }

    public async ValueTask DeregisterAsync(EtcdLease lease, CancellationToken cancellationToken)
    {
        var group = (ProcessLease)lease.Group;

        // Before it is deleted, so that no check takes it for lost; whatever becomes of the request, a check takes out what is left.
        group.Release(lease.Key);
        _leases.Remember(lease.Key, isHeld: false);
        try
        {
            await TransactAsync($"Deregistering '{lease.Key.ToStringUtf8()}'", Transactions.DeleteOwn(lease.Key, group.LeaseId), cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            group.Owe(LeaseCheck.Keys);
            throw;
        }

        if (group.CloseIfLast())
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

    /// <returns>The revision of the key.</returns>
    private async Task<long> PutAsync(ProcessLease lease, ByteString key, ByteString value, ServiceInstance instance, CancellationToken cancellationToken)
    {
        var what = $"Registering '{key.ToStringUtf8()}'";
        var request = lease.Has(key) ? Transactions.PutOwn(key, value, lease.LeaseId) : Transactions.PutNew(key, value, lease.LeaseId);
        for (var attempt = 1; ; attempt++)
        {
            var answer = await TransactAsync(what, request, cancellationToken).ConfigureAwait(false);
            if (answer.Succeeded)
            {
                return answer.Header.Revision;
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
            var isSameAddress = holder?.Host == instance.Host && holder.Port == instance.Port;
            switch (ClaimRule.Decide(_leases.Relation(there.Lease, lease), there.Value == value, holder is not null, isSameAddress, _leases.WasHeld(key)))
            {
                case Claim.Keep:
                    return there.ModRevision;
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

    /// <summary>Takes back what the store may have taken: the lease may go on for others, so that it would not run out. Whoever cancelled waits for this too, so it is short.</summary>
    private async Task GiveUpAsync(ProcessLease lease, ByteString key, bool mayBeThere)
    {
        using var limit = new CancellationTokenSource(LongestGoodbye, parts.TimeProvider);
        if (mayBeThere)
        {
            lease.Doubt(key);
        }

        if (lease.Leave(key, revision: null))
        {
            await _leases.RevokeAsync(lease, limit.Token).ConfigureAwait(false);
        }
        else if (mayBeThere && !lease.IsExpected(key))
        {
            // The put may even arrive after this.
            lease.Owe(LeaseCheck.Keys);
            try
            {
                await TransactAsync("Taking back", Transactions.DeleteOwn(key, lease.LeaseId), limit.Token).ConfigureAwait(false);
            }
            catch (Exception error) when (error is RegistryException or OperationCanceledException)
            {
                // What failed first is what is told.
            }
        }
    }

    /// <summary>Looks at the lease's records in what is left of the renewal's time. That it failed is no failure of the renewal: the next one looks again.</summary>
    private async Task<ByteString?> TryCheckAsync(ProcessLease lease, LeaseCheck check, long began, CancellationToken cancellationToken)
    {
        var left = (lease.TimeToLive * RenewalShare < LongestRenewal ? lease.TimeToLive * RenewalShare : LongestRenewal) - parts.TimeProvider.GetElapsedTime(began);
        try
        {
            using var limit = new CancellationTokenSource(left > TimeSpan.Zero ? left : TimeSpan.Zero, parts.TimeProvider);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
            return await _checker.RunAsync(lease, check, either.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (error is RegistryException or OperationCanceledException)
        {
            lease.Owe(check);
            Log.NotChecked(logger, lease.Id, error.Message);
            return null;
        }
    }

    private Task<Wire.TxnResponse> TransactAsync(string what, Wire.TxnRequest request, CancellationToken cancellationToken)
        => parts.Client.CallAsync(what, (at, call) => at.Kv.TxnAsync(request, call).ResponseAsync, parts.Options.RequestTimeout, cancellationToken);

    private static partial class Log
    {
        [LoggerMessage(1132, LogLevel.Debug, "The records of lease {Lease} could not be looked at; the next renewal tries again. {Reason}", EventName = "RecordsNotChecked")]
        public static partial void NotChecked(ILogger logger, string lease, string reason);
    }
}
