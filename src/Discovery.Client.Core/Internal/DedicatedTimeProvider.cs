namespace Discovery.Client.Internal;

/// <summary>
/// The clock of another provider, with timers that fire on a thread of their own: those of <see cref="TimeProvider.System"/> fire on the thread pool,
/// hence not at all while it has no thread free. Callbacks must be short. The thread ends when there has been no timer for a while.
/// </summary>
internal sealed class DedicatedTimeProvider(TimeProvider clock, string name) : TimeProvider
{
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(30);

    private readonly PriorityQueue<(Timer Timer, long Version), TimeSpan> _queue = new();
    private bool _running;

    public override TimeZoneInfo LocalTimeZone => clock.LocalTimeZone;

    public override long TimestampFrequency => clock.TimestampFrequency;

    private TimeSpan Now => clock.GetElapsedTime(0);

    public override DateTimeOffset GetUtcNow() => clock.GetUtcNow();

    public override long GetTimestamp() => clock.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private void Schedule(Timer timer, TimeSpan due)
    {
        _queue.Enqueue((timer, timer.Version), due);
        if (_running)
        {
            Monitor.Pulse(_queue);
            return;
        }

        _running = true;
        new Thread(Work, maxStackSize: 256 * 1024) { IsBackground = true, Name = name }.UnsafeStart();
    }

    private void Work()
    {
        while (true)
        {
            Timer fired;
            lock (_queue)
            {
                if (!_queue.TryPeek(out var next, out var due))
                {
                    if (!Monitor.Wait(_queue, Linger) && _queue.Count == 0)
                    {
                        _running = false;
                        return;
                    }

                    continue;
                }

                if (next.Version == next.Timer.Version && due - Now is { Ticks: > 0 } left)
                {
                    // Rounded up: half a millisecond early would be a spin until it is time. Bounded, as a wait of a month is not allowed.
                    Monitor.Wait(_queue, TimeSpan.FromMilliseconds(Math.Min(Math.Ceiling(left.TotalMilliseconds), 60_000)));
                    continue;
                }

                _queue.Dequeue();
                if (next.Version != next.Timer.Version)
                {
                    continue;
                }

                fired = next.Timer;
                fired.OnFiring(due);
            }

            fired.Callback(fired.State);
        }
    }

    private sealed class Timer(DedicatedTimeProvider owner, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan _period;
        private bool _disposed;

        /// <summary>Grows with every change, so that an entry of the queue that was overtaken is known as such.</summary>
        public long Version { get; private set; }

        public TimerCallback Callback => callback;

        public object? State => state;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (owner._queue)
            {
                if (_disposed)
                {
                    return false;
                }

                Version++;
                _period = period;
                if (dueTime != Timeout.InfiniteTimeSpan)
                {
                    owner.Schedule(this, owner.Now + dueTime);
                }

                return true;
            }
        }

        public void OnFiring(TimeSpan due)
        {
            Version++;
            if (_period > TimeSpan.Zero)
            {
                owner.Schedule(this, due + _period);
            }
        }

        public void Dispose()
        {
            lock (owner._queue)
            {
                _disposed = true;
                Version++;
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
