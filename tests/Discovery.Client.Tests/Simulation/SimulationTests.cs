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

    /// <summary>Six seeds, or as many as <c>DISCOVERY_SIMULATION_SEEDS</c> says.</summary>
    public static TheoryData<ulong> Seeds
        => [.. Enumerable.Range(3, int.TryParse(Environment.GetEnvironmentVariable("DISCOVERY_SIMULATION_SEEDS"), out var count) ? count : 6).Select(seed => (ulong)seed)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Hour_WithFaults_NobodyLosesALivingProviderAndAllConverge(ulong seed) => Simulate(seed);

    private string Simulate(ulong seed)
    {
        var startedAt = TimeProvider.System.GetTimestamp();
        using var simulation = new SmokeSimulation(seed);
        try
        {
            simulation.Run(Hour);
        }
        catch
        {
            output.WriteLine(string.Join('\n', simulation.Trace.Split('\n').Where(line => line.Contains(' ', StringComparison.Ordinal))));
            throw;
        }

        var took = TimeProvider.System.GetElapsedTime(startedAt);
        output.WriteLine($"seed {seed}: one hour, {simulation.Picks} picks, {simulation.Faults} faults, {simulation.Trace.Length} characters of trace, in {took.TotalMilliseconds:0} ms");
        Assert.InRange(took, TimeSpan.Zero, TimeSpan.FromSeconds(30));
        return simulation.Trace;
    }
}
