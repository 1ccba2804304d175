using System.Diagnostics.CodeAnalysis;
using Google.Protobuf;
using Microsoft.Extensions.Logging;

namespace Discovery.Client.Etcd;

/// <summary>The leases of a backend: one for each time to live that is asked for, so usually one.</summary>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "The semaphore has no handle, and calls may end after the backend.")]
internal sealed partial class ProcessLeases(EtcdBackendParts parts, ILogger logger)
{
    private const int Remembered = 32;
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _granting = new(1);
    private readonly Dictionary<long, ProcessLease> _current = [];
    private readonly Queue<long> _granted = [];
    private readonly HashSet<ByteString> _held = [];
    private bool _toldLonger;

    /// <summary>Finds the lease, or has one granted, and reserves a place on it.</summary>
    public async Task<ProcessLease> EnterAsync(TimeSpan timeToLive, CancellationToken cancellationToken)
    {
        var seconds = (long)Math.Ceiling(timeToLive.TotalSeconds);
        if (TryEnter(seconds) is { } lease)
        {
            return lease;
        }

        await _granting.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return TryEnter(seconds) ?? await GrantAsync(seconds, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _granting.Release();
        }
    }

    /// <summary>What a lease is to this process.</summary>
    public KeyLease Relation(long id, ProcessLease own)
    {
        lock (_lock)
        {
            return id == 0 ? KeyLease.None : id == own.LeaseId ? KeyLease.Own : _granted.Contains(id) ? KeyLease.Former : KeyLease.Foreign;
        }
    }

    /// <summary>Whether this process has put a key, and not given it back since.</summary>
    public bool WasHeld(ByteString key)
    {
        lock (_lock)
        {
            return _held.Contains(key);
        }
    }

    /// <summary>Remembers, or forgets, that this process has a key.</summary>
    public void Remember(ByteString key, bool isHeld)
    {
        lock (_lock)
        {
            _ = isHeld ? _held.Add(key) : _held.Remove(key);
        }
    }

    /// <summary>The lease is gone: the next registration has another one granted.</summary>
    public void Lose(ProcessLease lease)
    {
        lock (_lock)
        {
            Forget(lease);
        }

        lease.Lose();
    }

    /// <summary>Records of the lease are gone, the lease is not: all are put again, with the same lease in a new group. If nobody does, it runs out, as nobody renews it.</summary>
    public void LoseRecords(ProcessLease lease)
    {
        lock (_lock)
        {
            if (_current.FirstOrDefault(pair => ReferenceEquals(pair.Value, lease)) is { Value: not null } entry)
            {
                _current[entry.Key] = new(lease.LeaseId, lease.TimeToLive, new CancellationTokenSource(), lease.Legacy());
            }
        }

        lease.Lose();
    }

    /// <summary>Gives up a lease that keeps nothing alive. If that fails it runs out by itself.</summary>
    public async Task RevokeAsync(ProcessLease lease, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            Forget(lease);
        }

        try
        {
            var request = new Wire.LeaseRevokeRequest { ID = lease.LeaseId };
            await parts.Client.CallAsync(
                $"Revoking lease {lease.Id}", (at, call) => at.Leases.LeaseRevokeAsync(request, call).ResponseAsync, parts.Options.RequestTimeout, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is RegistryException or OperationCanceledException)
        {
            Log.NotRevoked(logger, lease.Id, error.Message);
        }
    }

    private ProcessLease? TryEnter(long seconds)
    {
        lock (_lock)
        {
            return _current.TryGetValue(seconds, out var lease) && lease.TryEnter() ? lease : null;
        }
    }

    private async Task<ProcessLease> GrantAsync(long seconds, CancellationToken cancellationToken)
    {
        var request = new Wire.LeaseGrantRequest { TTL = seconds };
        var answer = await parts.Client.CallAsync(
            "Granting a lease", (at, call) => at.Leases.LeaseGrantAsync(request, call).ResponseAsync, parts.Options.RequestTimeout, cancellationToken).ConfigureAwait(false);
        var lease = new ProcessLease(answer.ID, TimeSpan.FromSeconds(answer.TTL), new CancellationTokenSource());

        // Before others can see it: the first of them to leave would close it.
        lease.TryEnter();
        lock (_lock)
        {
            _current[seconds] = lease;
            _granted.Enqueue(answer.ID);
            if (_granted.Count > Remembered)
            {
                _granted.Dequeue();
            }
        }

        if (answer.TTL > seconds && !Interlocked.Exchange(ref _toldLonger, true))
        {
            Log.GrantedLonger(logger, seconds, answer.TTL);
        }

        return lease;
    }

    private void Forget(ProcessLease lease)
    {
        foreach (var (seconds, current) in _current)
        {
            if (ReferenceEquals(current, lease))
            {
                _current.Remove(seconds);
                return;
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1130, LogLevel.Information, "A time to live of {Asked} s was asked for; etcd grants {Granted} s at least, which is used.", EventName = "LeaseGrantedLonger")]
        public static partial void GrantedLonger(ILogger logger, long asked, long granted);

        [LoggerMessage(1131, LogLevel.Debug, "Lease {Lease} could not be revoked and runs out by itself. {Reason}", EventName = "LeaseNotRevoked")]
        public static partial void NotRevoked(ILogger logger, string lease, string reason);
    }
}
