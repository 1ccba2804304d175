using Discovery.Client.Selection;
using Discovery.Client.Simulation.Scenarios;
using Xunit;

namespace Discovery.Client.Simulation.Tests;

/// <summary>An instance that fails fast looks like the fastest there is.</summary>
public sealed class BlackHoleTests
{
    [Theory]
    [MemberData(nameof(Seeds.All), MemberType = typeof(Seeds))]
    public void PeakEwma_OneOfTenFailsAtOnce_GetsNextToNothing(ulong seed)
        => Assert.InRange(BlackHole.Run(SelectorNames.PeakEwma, seed), 0, 0.005);

    [Theory]
    [MemberData(nameof(Seeds.All), MemberType = typeof(Seeds))]
    public void PeakEwma_FailuresTakenForAnswers_DrawTraffic(ulong seed)
    {
        var options = new SelectionOptions { PeakEwma = { FailureLatency = TimeSpan.Zero } };

        Assert.InRange(BlackHole.Run(SelectorNames.PeakEwma, seed, options), 0.15, 1);
    }
}
