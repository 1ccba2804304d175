namespace Discovery.Client.Simulation;

/// <summary>A server that works on all its requests at once, each getting the same part of its speed, which may change.</summary>
public sealed class SharedServer(VirtualTime time)
{
    private readonly PriorityQueue<Action, double> _jobs = new();
    private double _speed = 1;

    // How much work each request that was there from the start would have got; a request is done when that has grown by its work.
    private double _progress;
    private TimeSpan _since;
    private int _version;

    /// <summary>How fast it works; 1 is normal.</summary>
    public double Speed
    {
        get => _speed;
        set
        {
            Advance();
            _speed = value;
            Plan();
        }
    }

    /// <summary>Takes a request.</summary>
    /// <param name="work">How long it would take alone.</param>
    /// <param name="done">Called when it is done.</param>
    public void Take(TimeSpan work, Action done)
    {
        Advance();
        _jobs.Enqueue(done, _progress + work.TotalSeconds);
        Plan();
    }

    private void Advance()
    {
        if (_jobs.Count > 0)
        {
            _progress += (time.Elapsed - _since).TotalSeconds * _speed / _jobs.Count;
        }

        _since = time.Elapsed;
    }

    private void Plan()
    {
        var version = ++_version;
        if (_jobs.TryPeek(out _, out var end))
        {
            // A tick more than needed, since what is left would round to none for ever.
            time.After(TimeSpan.FromSeconds(Math.Max(0, end - _progress) * _jobs.Count / _speed) + TimeSpan.FromTicks(1), () => End(version));
        }
    }

    private void End(int version)
    {
        if (version != _version)
        {
            return;
        }

        Advance();
        while (_jobs.TryPeek(out var done, out var end) && end <= _progress)
        {
            _jobs.Dequeue();
            done();
        }

        Plan();
    }
}
