namespace Discovery.Client.Tests.Http;

/// <summary>The system's clock, which counts the timers that are not disposed.</summary>
internal sealed class TimerCount : TimeProvider
{
    private int _active;

    public int Active => Volatile.Read(ref _active);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Interlocked.Increment(ref _active);
        return new Counted(System.CreateTimer(callback, state, dueTime, period), this);
    }

    private sealed class Counted(ITimer timer, TimerCount owner) : ITimer
    {
        private int _disposed;

        public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(dueTime, period);

        public void Dispose()
        {
            timer.Dispose();
            if (Interlocked.Exchange(ref _disposed, 1) == 0)
            {
                Interlocked.Decrement(ref owner._active);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
