namespace Discovery.Client.Simulation;

/// <summary>How long requests took.</summary>
public sealed class Latencies
{
    private readonly List<double> _seconds = [];
    private bool _sorted;

    public int Count => _seconds.Count;

    public TimeSpan Mean => _seconds.Count == 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(_seconds.Average());

    public void Add(TimeSpan latency)
    {
        _seconds.Add(latency.TotalSeconds);
        _sorted = false;
    }

    /// <summary>The share of those that took no longer.</summary>
    public double Within(TimeSpan limit) => (double)_seconds.Count(seconds => seconds <= limit.TotalSeconds) / _seconds.Count;

    /// <summary>The latency that this share of requests did not exceed.</summary>
    public TimeSpan Quantile(double share)
    {
        if (!_sorted)
        {
            _seconds.Sort();
            _sorted = true;
        }

        return _seconds.Count == 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(_seconds[Math.Clamp((int)Math.Ceiling(share * _seconds.Count) - 1, 0, _seconds.Count - 1)]);
    }
}
