using Discovery.Client.Selection;

namespace Discovery.Client.Internal;

/// <summary>
/// Holds all watchers of a registry back while it cannot be reached: one of them, the leader, asks once per pause, and the others follow when it has been answered.
/// It starts that way too, so that a thousand services find a dead server by one attempt.
/// </summary>
internal sealed class ConnectionGate(RandomSource random)
{
    /// <summary>An outage that begins so soon after the last one goes on with its pauses.</summary>
    public static readonly TimeSpan Flapping = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan SpreadPerFollower = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LongestSpread = TimeSpan.FromSeconds(5);

    private enum Place
    {
        Free,
        Leader,
        Follower,
    }

    private readonly Lock _lock = new();
    private readonly Broadcast _changed = new();
    private bool _isClosed = true;
    private object? _leader;
    private Backoff _backoff;
    private TimeSpan _pause;
    private long _failedAt;
    private long _downSince;
    private long? _openedAt;
    private bool _isDown;
    private string? _reason;
    private TimeSpan _spread;
    private int _followers;

    /// <summary>Whether the registry can be reached; null before anything is known.</summary>
    public bool? IsConnected { get; private set; }

    /// <summary>Why the registry cannot be reached; null while it can.</summary>
    public string? Reason => Volatile.Read(ref _reason);

    /// <summary>Waits until this watcher may ask.</summary>
    /// <returns>True if it asks on behalf of all: it must then report the outcome or leave.</returns>
    // Awaits go on where the loop runs (ConfigureAwait(true)), since this is part of the engine's loops.
    public async ValueTask<bool> EnterAsync(object who, EngineScheduler scheduler, CancellationToken cancellationToken)
    {
        while (Volatile.Read(ref _isClosed))
        {
            using var waiter = _changed.Register(cancellationToken);
            switch (Queue(who, scheduler.TimeProvider, out var pause))
            {
                case Place.Free:
                    return false;
                case Place.Leader:
                    await LeadAsync(who, scheduler, pause, cancellationToken).ConfigureAwait(true);
                    if (Leads(who))
                    {
                        return true;
                    }

                    break;
                default:
                    await FollowAsync(waiter, cancellationToken).ConfigureAwait(true);
                    await scheduler.Delay(_spread * random.NextDouble(), cancellationToken).ConfigureAwait(true);
                    break;
            }
        }

        return false;
    }

    /// <summary>The registry could not be reached.</summary>
    /// <param name="who">The watcher.</param>
    /// <param name="error">What failed.</param>
    /// <param name="askedAt">When it asked. A failure from before the registry was reached again tells nothing about it now.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="isNews">Whether nobody had noticed so far.</param>
    /// <returns>Whether the gate is closed, so that the watcher needs no pause of its own.</returns>
    public bool ReportUnreachable(object who, RegistryException error, long askedAt, TimeProvider clock, out bool isNews)
    {
        lock (_lock)
        {
            var now = clock.GetTimestamp();
            isNews = false;
            if (!_isClosed)
            {
                if (_openedAt is { } at && askedAt < at)
                {
                    return false;
                }

                _backoff = _openedAt is { } opened && clock.GetElapsedTime(opened, now) < Flapping ? _backoff : default;
                _isClosed = true;
            }
            else if (_leader is not null && !ReferenceEquals(_leader, who))
            {
                return true;
            }

            _leader = who;
            _backoff = _backoff.Next();
            _pause = RetryPause.After(error, _backoff, random);
            _failedAt = now;
            Volatile.Write(ref _reason, error.Message);
            IsConnected = false;
            isNews = !_isDown;
            _downSince = _isDown ? _downSince : now;
            _isDown = true;
            return true;
        }
    }

    /// <summary>The registry answered, whatever it said.</summary>
    /// <returns>How long it could not be reached, if this is the end of that.</returns>
    public TimeSpan? ReportAnswered(TimeProvider clock)
    {
        TimeSpan? outage;
        lock (_lock)
        {
            IsConnected = true;
            if (!_isClosed)
            {
                return null;
            }

            var now = clock.GetTimestamp();
            outage = _isDown ? clock.GetElapsedTime(_downSince, now) : null;
            var spread = SpreadPerFollower * _followers;
            _spread = !_isDown ? TimeSpan.Zero : spread < LongestSpread ? spread : LongestSpread;
            (_isClosed, _leader, _isDown, _openedAt) = (false, null, false, now);
            Volatile.Write(ref _reason, null);
        }

        _changed.Raise();
        return outage;
    }

    /// <summary>Somebody else may lead: this watcher stops, or learned nothing.</summary>
    public void Leave(object who)
    {
        lock (_lock)
        {
            if (!_isClosed || !ReferenceEquals(_leader, who))
            {
                return;
            }

            (_leader, _spread) = (null, TimeSpan.Zero);
        }

        _changed.Raise();
    }

    private Place Queue(object who, TimeProvider clock, out TimeSpan pause)
    {
        lock (_lock)
        {
            pause = _pause - clock.GetElapsedTime(_failedAt);
            if (!_isClosed)
            {
                return Place.Free;
            }

            _leader ??= who;
            return ReferenceEquals(_leader, who) ? Place.Leader : Place.Follower;
        }
    }

    private bool Leads(object who)
    {
        lock (_lock)
        {
            return _isClosed && ReferenceEquals(_leader, who);
        }
    }

    private async Task LeadAsync(object who, EngineScheduler scheduler, TimeSpan pause, CancellationToken cancellationToken)
    {
        if (_isDown && pause > TimeSpan.Zero)
        {
            using var over = new CancellationTokenSource(pause, scheduler.TimeProvider);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, cancellationToken);
            using var waiter = _changed.Register(either.Token);
            await waiter.Task.ConfigureAwait(true);
        }

        if (cancellationToken.IsCancellationRequested)
        {
            Leave(who);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private async Task FollowAsync(Broadcast.Waiter waiter, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _followers);
        await waiter.Task.ConfigureAwait(true);
        Interlocked.Decrement(ref _followers);
        cancellationToken.ThrowIfCancellationRequested();
    }
}
