using Discovery.Client.Selection;

namespace Discovery.Client.Simulation;

/// <summary>Distributions. Each part of a simulation has a stream of its own, so that a change of one leaves the others' course as it was.</summary>
public sealed class Dice(ulong seed, ulong stream)
{
    /// <summary>The generator, as pickers take it.</summary>
    public RandomSource Source { get; } = RandomSource.Create((seed * 1_000_003) + stream);

    public TimeSpan Exponential(TimeSpan mean) => mean * -Math.Log(1 - Source.NextDouble());

    /// <summary>A normal variate by the method of Box and Muller; never below nothing.</summary>
    public TimeSpan Normal(TimeSpan mean, TimeSpan deviation)
    {
        var z = Math.Sqrt(-2 * Math.Log(1 - Source.NextDouble())) * Math.Cos(2 * Math.PI * Source.NextDouble());
        var value = mean + (deviation * z);
        return value > TimeSpan.Zero ? value : TimeSpan.Zero;
    }
}
