namespace Discovery.Client.Selection;

/// <summary>
/// How latencies are learned and forgotten. All decay alike, by e in each decay time, so two of them compare at any moment as they do at another. That is why a latency is kept as its <em>level</em>,
/// ln(latency) + time / decay time: it does not change while nothing is learned, and comparing two needs neither the time nor an exponential. Pure.
/// </summary>
internal sealed record LatencyRule
{
    // Below a microsecond differences are noise; a latency that has decayed to that is forgotten.
    private const double LeastSeconds = 1e-6;

    // From here on what is left of the average is less than its rounding errors.
    private const double LongestDecay = 35;

    // Up to here three terms of a series are as exact as doubles are (1e-13), and sooner computed: with the default decay time, requests within 10 ms of one another.
    private const double CloseDecay = 1e-3;

    private readonly double _ticksPerSecond, _decaysPerTick, _least, _initial, _unanswered, _failureTicks;

    public LatencyRule(PeakEwmaOptions options, TimeProvider clock)
    {
        _ticksPerSecond = clock.TimestampFrequency;
        _decaysPerTick = 1 / (options.DecayTime.TotalSeconds * _ticksPerSecond);
        _least = Math.Log(LeastSeconds * _ticksPerSecond);
        _initial = Math.Log(options.InitialLatency.TotalSeconds * _ticksPerSecond);
        _failureTicks = options.FailureLatency.TotalSeconds * _ticksPerSecond;
        _unanswered = Math.Max(_initial, Math.Log(_failureTicks));
    }

    /// <summary>The level of a latency that counts as forgotten.</summary>
    public double Least(long now) => _least + Decays(now);

    /// <summary>The level of an idle instance that has not answered yet.</summary>
    public double Initial(long now) => _initial + Decays(now);

    /// <summary>The level of an instance whose first answer is awaited.</summary>
    public double Unanswered(long now) => _unanswered + Decays(now);

    /// <summary>The latency of a level, in seconds.</summary>
    public double Seconds(double level, long now) => Math.Exp(level - Decays(now)) / _ticksPerSecond;

    /// <summary>The level that has the same latency now under another rule.</summary>
    public double Translate(double level, long now, LatencyRule other) => level - Decays(now) + other.Decays(now);

    /// <summary>The level after a request; NaN while nothing is known.</summary>
    /// <param name="level">The level before.</param>
    /// <param name="stamp">When something was learned last.</param>
    /// <param name="outcome">How the request ended.</param>
    /// <param name="elapsed">How long it took, in ticks of the clock.</param>
    /// <param name="now">The moment.</param>
    public double Next(double level, long stamp, RequestOutcome outcome, long elapsed, long now)
    {
        var failed = outcome is RequestOutcome.Failure or RequestOutcome.NotSent;
        var ticks = failed && elapsed < _failureTicks ? _failureTicks : elapsed;
        var sample = Math.Max(_least, Math.Log(ticks)) + Decays(now);

        // A caller that gave up knows only that the answer would have taken longer.
        return outcome == RequestOutcome.Canceled ? Longer(level, sample, now)
            : double.IsNaN(level) ? sample
            : Average(level, sample, (now - stamp) * _decaysPerTick);
    }

    private double Longer(double level, double sample, long now) => sample > (double.IsNaN(level) ? Initial(now) : level) ? sample : level;

    // A peak counts at once; less than before moves the average by how long ago that was: latency = before · e^-decays + sample · (1 - e^-decays).
    private static double Average(double level, double sample, double decays)
        => decays > LongestDecay || sample >= level + decays ? sample
            : decays < CloseDecay ? level + LogOfOnePlus(Math.Exp(sample - level) * OneLessExp(decays))
            : level + Math.Log(1 + (Math.Exp(sample - level) * (1 - Math.Exp(-decays))));

    // 1 - e^-x and ln(1 + x) for small x, each with three terms of its series.
    private static double OneLessExp(double x) => x * (1 - (x * (0.5 - (x * (1.0 / 6)))));

    private static double LogOfOnePlus(double x) => x * (1 - (x * (0.5 - (x * (1.0 / 3)))));

    private double Decays(long timestamp) => timestamp * _decaysPerTick;
}
