using System.Globalization;

namespace Discovery.Client.Tests.Simulation;

/// <summary>Virtual time that jumps from timer to timer, in the order of due time and creation. It notes every use from another thread than its own.</summary>
internal sealed class SimulationClock : TimeProvider
{
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly Lock _lock = new();
    private readonly PriorityQueue<(SimulationTimer Timer, int Version), (long Due, long Sequence)> _queue = new();
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private long _now;
    private long _sequence;
    private int _usesSinceMove;
    private string? _firstForeignUse;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Where another thread than the one that made the clock has used it first; null if none has.</summary>
    public string? FirstForeignUse => Volatile.Read(ref _firstForeignUse);

    public TimeSpan Elapsed => new(Volatile.Read(ref _now));

    public override DateTimeOffset GetUtcNow() => Start + Elapsed;

    public override long GetTimestamp()
    {
        NoteThread();
        return Volatile.Read(ref _now);
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        NoteThread();
        var timer = new SimulationTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Goes to the next timer that is due until then and fires it.</summary>
    public bool FireNext(TimeSpan until)
    {
        SimulationTimer? timer = null;
        lock (_lock)
        {
            while (timer is null && _queue.TryPeek(out var next, out var key) && key.Due <= until.Ticks)
            {
                _queue.Dequeue();
                if (next.Timer.Version == next.Version)
                {
                    timer = next.Timer;
                    _usesSinceMove = key.Due > _now ? 0 : _usesSinceMove;
                    Volatile.Write(ref _now, Math.Max(_now, key.Due));
                }
            }
        }

        timer?.Fire();
        return timer is not null;
    }

    public void GoTo(TimeSpan moment) => Volatile.Write(ref _now, Math.Max(_now, moment.Ticks));

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Elapsed.TotalSeconds,9:0.000}");

    public void NoteThread()
    {
        if (++_usesSinceMove > 1_000_000)
        {
            throw new InvalidOperationException($"A loop spins: a million uses of the clock at {Elapsed}.");
        }

        if (Environment.CurrentManagedThreadId != _thread)
        {
            _ = Interlocked.CompareExchange(ref _firstForeignUse, Environment.StackTrace, null);
        }
    }

    private sealed class SimulationTimer(SimulationClock clock, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan _period;

        public int Version { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            clock.NoteThread();
            lock (clock._lock)
            {
                Version++;
                _period = period;
                if (dueTime >= TimeSpan.Zero)
                {
                    clock._queue.Enqueue((this, Version), (clock._now + dueTime.Ticks, clock._sequence++));
                }
            }

            return true;
        }

        public void Fire()
        {
            Change(_period > TimeSpan.Zero ? _period : Timeout.InfiniteTimeSpan, _period);
            callback(state);
        }

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
