using System.Diagnostics;

namespace Discovery.Client.Benchmarks;

/// <summary>Something that is run over and over, in rounds that alternate with those of all others.</summary>
internal sealed class Scenario(string name, Action run, int threads = 1)
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
        for (var start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < duration;)
        {
            Loop(_batch = Math.Min(_batch * 2, 4096));
        }
    }

    public void Calibrate(TimeSpan round)
    {
        var start = Stopwatch.GetTimestamp();
        var count = 0;
        while (Stopwatch.GetElapsedTime(start) < round)
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

        var start = Stopwatch.GetTimestamp();
        Loop(_batch);
        var elapsed = Stopwatch.GetElapsedTime(start);
        if (threads == 2)
        {
            helper.Wait();
        }

        _rounds.Add(elapsed.TotalNanoseconds / _batch);
    }

    private void Loop(int count)
    {
        for (var i = 0; i < count; i++)
        {
            run();
        }
    }
}
