namespace Discovery.Client.Simulation;

internal sealed class VirtualTimer : ITimer
{
    private readonly VirtualTime _time;
    private readonly Action _callback;
    private int _version;

    public VirtualTimer(VirtualTime time, Action callback, TimeSpan dueTime, TimeSpan period)
    {
        _time = time;
        _callback = callback;
        Change(dueTime, period);
    }

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        var version = ++_version;
        if (dueTime != Timeout.InfiniteTimeSpan)
        {
            _time.After(dueTime, Fire);
        }

        return true;

        void Fire()
        {
            if (version != _version)
            {
                return;
            }

            if (period > TimeSpan.Zero)
            {
                _time.After(period, Fire);
            }

            _callback();
        }
    }

    public void Dispose() => _version++;

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }
}
