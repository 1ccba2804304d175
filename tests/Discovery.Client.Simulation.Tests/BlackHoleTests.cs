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
    [MemberData(nameof(Seeds.Some), MemberType = typeof(Seeds))]
    public void PeakEwma_FailedForTwentySeconds_IsTrustedAgainAfterFourteen(ulong seed)
    {
        double Run(double decay, double penalty) => BlackHole.RunUntilTrusted(
            SelectorNames.PeakEwma, seed, new SelectionOptions { PeakEwma = { DecayTime = TimeSpan.FromSeconds(decay), FailureLatency = TimeSpan.FromSeconds(penalty) } }).TotalSeconds;
        const double Least = 12.8, Most = 15.2;

        Assert.InRange(BlackHole.RunUntilTrusted(SelectorNames.PeakEwma, seed).TotalSeconds, Least, Most);

        // Other penalties and a longer memory would be seen.
        Assert.All([Run(10, 1), Run(10, 2.5), Run(10, 10), Run(10, 60), Run(20, 5)], seconds => Assert.NotInRange(seconds, Least, Most));
    }

    [Theory]
    [MemberData(nameof(Seeds.All), MemberType = typeof(Seeds))]
    public void PeakEwma_FailuresTakenForAnswers_DrawTraffic(ulong seed)
    {
        var options = new SelectionOptions { PeakEwma = { FailureLatency = TimeSpan.Zero } };

        Assert.InRange(BlackHole.Run(SelectorNames.PeakEwma, seed, options), 0.15, 1);
    }
}
