using Discovery.Client.Selection;

namespace Discovery.Client.Internal;

/// <summary>How long to wait before the next attempt. A value: it is replaced, not changed.</summary>
/// <param name="Failures">How many attempts failed in a row.</param>
/// <remarks>Factor 1.6 and 20 % jitter as in gRPC's connection backoff; first pause 0.5 s, cap 30 s.</remarks>
internal readonly record struct Backoff(int Failures)
{
    public static readonly TimeSpan First = TimeSpan.FromSeconds(0.5);

    public static readonly TimeSpan Cap = TimeSpan.FromSeconds(30);

    private const double Factor = 1.6;

    private const double Jitter = 0.2;

    public Backoff Next() => new(Math.Min(Failures + 1, 100));

    /// <summary>The pause after this many failures.</summary>
    public TimeSpan Pause(RandomSource random)
    {
        var pause = Math.Min(First.TotalSeconds * Math.Pow(Factor, Math.Max(0, Failures - 1)), Cap.TotalSeconds);
        return TimeSpan.FromSeconds(pause * (1 - Jitter + (2 * Jitter * random.NextDouble())));
    }
}
