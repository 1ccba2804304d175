using Xunit;

namespace Discovery.Client.Tests.Simulation;

public sealed class SimulationTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Fact]
    public void Hour_SameSeed_HasTheSameTrace()
    {
        var first = Simulate(1);
        Assert.Equal(first, Simulate(1));
        Assert.NotEqual(first, Simulate(2));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void Hour_WithFaults_NobodyLosesALivingProviderAndAllConverge(ulong seed) => Simulate(seed);

    private string Simulate(ulong seed)
    {
        var startedAt = TimeProvider.System.GetTimestamp();
        using var simulation = new SmokeSimulation(seed);
        simulation.Run(Hour);
        var took = TimeProvider.System.GetElapsedTime(startedAt);
        output.WriteLine($"seed {seed}: one hour, {simulation.Picks} picks, {simulation.Faults} faults, {simulation.Trace.Length} characters of trace, in {took.TotalMilliseconds:0} ms");
        Assert.InRange(took, TimeSpan.Zero, TimeSpan.FromSeconds(30));
        return simulation.Trace;
    }
}
