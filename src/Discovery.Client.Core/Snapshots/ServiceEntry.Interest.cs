namespace Discovery.Client.Snapshots;

internal sealed partial class ServiceEntry
{
    // Apart from the one under which views are made: a request that takes it may not wait for that.
    private readonly Lock _interest = new();
    private Task _loop = Task.CompletedTask;
    private CancellationTokenSource? _stop;
    private bool _used;
    private bool _isClosed;
    private int _followers;
    private long _lastUse;

    /// <summary>Whether it is watched; not before the first interest, nor after it was released.</summary>
    public bool IsWatched
    {
        get
        {
            lock (_interest)
            {
                return _stop is not null;
            }
        }
    }

    /// <summary>Says that somebody is interested, which starts the watch if there is none, and returns the current view. Costs two reads while the watch runs, and never waits for a view that is being made.</summary>
    public ServiceView Touch()
    {
        if (!Volatile.Read(ref _used))
        {
            Use();
        }

        return View;
    }

    /// <summary>Keeps the watch running until the same number of <see cref="Unfollow"/>.</summary>
    public void Follow()
    {
        Interlocked.Increment(ref _followers);
        Use();
    }

    public void Unfollow() => Interlocked.Decrement(ref _followers);

    /// <summary>Ends the watch if nobody has been interested for long. The view stays.</summary>
    /// <returns>Whether a watch goes on.</returns>
    public bool Sweep(TimeSpan idleTimeout)
    {
        CancellationTokenSource stop;
        lock (_interest)
        {
            if (_stop is null)
            {
                return false;
            }

            var now = _environment.Clock.GetTimestamp();
            if (_used || Volatile.Read(ref _followers) > 0)
            {
                Volatile.Write(ref _used, false);
                _lastUse = now;
                return true;
            }

            if (_environment.Clock.GetElapsedTime(_lastUse, now) < idleTimeout)
            {
                return true;
            }

            (stop, _stop) = (_stop, null);
        }

        Cancel(stop);
        return false;
    }

    /// <summary>Ends the watch for good.</summary>
    public ValueTask DisposeAsync()
    {
        CancellationTokenSource? stop;
        lock (_interest)
        {
            _isClosed = true;
            (stop, _stop) = (_stop, null);
        }

        Cancel(stop);
        return new(_loop);
    }

    // Whatever an adapter does when its token is cancelled: the watch ends all the same.
    private static void Cancel(CancellationTokenSource? stop)
    {
        try
        {
            stop?.Cancel();
        }
        catch (AggregateException)
        {
        }
    }

    private void Use()
    {
        lock (_interest)
        {
            Volatile.Write(ref _used, true);
            if (_stop is not null || _isClosed)
            {
                return;
            }

            _stop = new CancellationTokenSource();
            var (previous, stop, watcher) = (_loop, _stop.Token, new ServiceWatcher(this, _environment));
            _loop = _environment.Scheduler.Run(async () =>
            {
                // Two watches of one service would overwrite each other's views.
                await previous.ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
                await watcher.RunAsync(stop).ConfigureAwait(true);
            });
        }

        _started();
    }
}
