namespace Discovery.Client.Internal;

// Awaits go on where the loop runs (ConfigureAwait(true)), since this is part of the engine's loops.
internal sealed partial class ConnectionGate
{
    private enum Place
    {
        Free,
        Leader,
        Follower,
    }

    /// <summary>Waits until this watch or registration may ask.</summary>
    /// <param name="who">The watch or registration.</param>
    /// <param name="spreads">Whether those of its kind follow spread out; not if something else bounds how many ask at once.</param>
    /// <param name="scheduler">The clock.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>True if it asks on behalf of all: it must then report the outcome or leave.</returns>
    public async ValueTask<bool> EnterAsync(object who, bool spreads, EngineScheduler scheduler, CancellationToken cancellationToken)
    {
        while (_isClosed)
        {
            using var waiter = _changed.Register(cancellationToken);
            switch (Queue(who, waiter, scheduler.TimeProvider, out var pause))
            {
                case Place.Free:
                    return false;
                case Place.Leader:
                    await PauseAsync(pause, scheduler, cancellationToken).ConfigureAwait(true);
                    if (cancellationToken.IsCancellationRequested)
                    {
                        Leave(who);
                        cancellationToken.ThrowIfCancellationRequested();
                    }

                    if (Leads(who))
                    {
                        return true;
                    }

                    break;
                default:
                    await FollowAsync(who, waiter).ConfigureAwait(true);
                    if (cancellationToken.IsCancellationRequested)
                    {
                        // It may have been made the leader in the same moment.
                        Leave(who);
                        cancellationToken.ThrowIfCancellationRequested();
                    }

                    if (!_isClosed && spreads)
                    {
                        await scheduler.Delay(_spread * random.NextDouble(), cancellationToken).ConfigureAwait(true);
                    }

                    break;
            }
        }

        return false;
    }

    /// <summary>Waits until somebody may ask who cannot wait for the leader. It never leads.</summary>
    /// <param name="patience">How long it can wait although nobody is asking.</param>
    /// <param name="limit">After this it gives up.</param>
    /// <param name="scheduler">The clock.</param>
    /// <param name="cancellationToken">Ends the wait; it does not throw.</param>
    /// <returns>Whether it may ask.</returns>
    public async ValueTask<bool> EnterInHurryAsync(TimeSpan patience, TimeSpan limit, EngineScheduler scheduler, CancellationToken cancellationToken)
    {
        var due = Now(scheduler.TimeProvider);
        while (!cancellationToken.IsCancellationRequested)
        {
            TimeSpan left;
            var now = Now(scheduler.TimeProvider);
            lock (_lock)
            {
                left = _life.LeftInHurry(now, due, patience);
                _life = left > TimeSpan.Zero || _life.Error is null ? _life : _life.Hurried(now);
            }

            if (left <= TimeSpan.Zero)
            {
                return true;
            }

            if (now - due >= limit)
            {
                return false;
            }

            await PauseInHurryAsync(left < due + limit - now ? left : due + limit - now, scheduler, cancellationToken).ConfigureAwait(true);
            if (!_isClosed)
            {
                // It goes even if somebody fails before its turn: it is the kind of request that was answered, or it will find out.
                var spread = _spread < patience ? _spread : patience;
                await scheduler.Delay(spread * random.NextDouble(), cancellationToken).ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
                return !cancellationToken.IsCancellationRequested;
            }
        }

        return false;
    }

    private Place Queue(object who, Broadcast.Waiter waiter, TimeProvider clock, out TimeSpan pause)
    {
        lock (_lock)
        {
            var isWitness = IsWitness(who);
            pause = isWitness ? _life.LeftOfFirstPause(Now(clock)) : _life.Left(Now(clock));
            if (_life.IsOpen)
            {
                return Place.Free;
            }

            _leader = _leader is null || (isWitness && !IsWitness(_leader)) ? who : _leader;
            if (ReferenceEquals(_leader, who))
            {
                return Place.Leader;
            }

            _queue.Add((who, waiter));
            return Place.Follower;
        }
    }

    private bool Leads(object who)
    {
        lock (_lock)
        {
            return _isClosed && ReferenceEquals(_leader, who);
        }
    }

    /// <summary>Ends when something changes, when the time is over or when it is cancelled. Does not throw.</summary>
    private async Task PauseAsync(TimeSpan time, EngineScheduler scheduler, CancellationToken cancellationToken)
    {
        if (time <= TimeSpan.Zero)
        {
            return;
        }

        using var over = new CancellationTokenSource(EngineScheduler.WholeMilliseconds(time), scheduler.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, cancellationToken);
        using var waiter = _changed.Register(either.Token);
        if (_isClosed)
        {
            await waiter.Task.ConfigureAwait(true);
        }
    }

    private async Task PauseInHurryAsync(TimeSpan time, EngineScheduler scheduler, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _followers);
        await PauseAsync(time, scheduler, cancellationToken).ConfigureAwait(true);
        Interlocked.Decrement(ref _followers);
    }

    private async Task FollowAsync(object who, Broadcast.Waiter waiter)
    {
        Interlocked.Increment(ref _followers);
        await waiter.Task.ConfigureAwait(true);
        Interlocked.Decrement(ref _followers);
        lock (_lock)
        {
            _queue.Remove((who, waiter));
        }
    }
}
