namespace Discovery.Client.Benchmarks;

/// <summary>Something that is run over and over, in rounds that alternate with those of all others.</summary>
internal sealed class Scenario(string name, Action run, int threads = 1, int operations = 1)
{
    private readonly List<double> _rounds = [];
    private int _batch = 1;

    public string Name { get; } = name;

    /// <summary>Nanoseconds per operation and thread.</summary>
    public double Median => _rounds.Order().ElementAt(_rounds.Count / 2);

    public double Best => _rounds.Min();

    public double Bytes { get; private set; }

    public void WarmUp(TimeSpan duration)
    {
        for (var start = ThreadClock.Nanoseconds; ThreadClock.Nanoseconds - start < duration.TotalNanoseconds;)
        {
            Loop(_batch = Math.Min(_batch * 2, 4096));
        }
    }

    public void Calibrate(TimeSpan round)
    {
        var start = ThreadClock.Nanoseconds;
        var count = 0;
        while (ThreadClock.Nanoseconds - start < round.TotalNanoseconds)
        {
            Loop(16);
            count += 16;
        }

        _batch = Math.Max(1, count);
        const int Operations = 256;
        var before = GC.GetAllocatedBytesForCurrentThread();
        Loop(Operations);
        Bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / (double)Operations;
    }

    public void Round(HelperThread helper)
    {
        if (threads == 2)
        {
            helper.Start(() => Loop(_batch));
        }

        var start = ThreadClock.Nanoseconds;
        Loop(_batch);
        var elapsed = ThreadClock.Nanoseconds - start;
        if (threads == 2)
        {
            helper.Wait();
        }

        _rounds.Add(elapsed / _batch / operations);
    }

    private void Loop(int count)
    {
        for (var i = 0; i < count; i++)
        {
            run();
        }
    }
}
