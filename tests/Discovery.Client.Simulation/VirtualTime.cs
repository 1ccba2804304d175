namespace Discovery.Client.Simulation;

/// <summary>A clock that goes from one event to the next, and the events. One thread; events of one moment happen in the order in which they were planned.</summary>
public sealed class VirtualTime : TimeProvider
{
    // Real timestamps are not near 0 either, and sums of small numbers are more exact than those of a running machine's.
    private const long Origin = TimeSpan.TicksPerDay;

    private readonly PriorityQueue<Action, (long At, long Order)> _events = new();
    private long _now = Origin;
    private long _order;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Time since the start.</summary>
    public TimeSpan Elapsed => new(_now - Origin);

    public override long GetTimestamp() => _now;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddTicks(_now);

    /// <summary>Plans an event.</summary>
    public void After(TimeSpan delay, Action action) => _events.Enqueue(action, (_now + Math.Max(0, delay.Ticks), _order++));

    /// <summary>Plans an event again and again, from now on.</summary>
    /// <param name="pause">The time until the next one, asked each time.</param>
    /// <param name="until">No more from then on.</param>
    /// <param name="action">What happens.</param>
    public void Repeat(Func<TimeSpan> pause, TimeSpan until, Action action)
    {
        After(pause(), Happen);

        void Happen()
        {
            if (Elapsed < until)
            {
                action();
                After(pause(), Happen);
            }
        }
    }

    /// <summary>Lets everything happen that is planned.</summary>
    public void Run() => RunUntil(TimeSpan.MaxValue);

    /// <summary>Lets happen what is planned up to a moment, which is the present afterwards unless nothing was left before it.</summary>
    public void RunUntil(TimeSpan end)
    {
        while (_events.TryPeek(out _, out var next) && next.At - Origin <= end.Ticks)
        {
            var action = _events.Dequeue();
            _now = next.At;
            action();
        }

        if (end != TimeSpan.MaxValue)
        {
            _now = Math.Max(_now, Origin + end.Ticks);
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new VirtualTimer(this, () => callback(state), dueTime, period);
}
