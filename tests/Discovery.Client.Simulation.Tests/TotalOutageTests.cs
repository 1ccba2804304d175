using Discovery.Client.Simulation.Scenarios;
using Xunit;

namespace Discovery.Client.Simulation.Tests;

/// <summary>Further attempts while everything is down make it worse: a budget bounds them, layer by layer.</summary>
public sealed class TotalOutageTests
{
    [Theory]
    [MemberData(nameof(Seeds.All), MemberType = typeof(Seeds))]
    public async Task Budget_EverythingIsDown_AddsAFourthPerLayerAtMost(ulong seed)
        => Assert.All(await TotalOutage.RunAsync(2, seed), factor => Assert.InRange(factor, 1.15, 1.25));

    [Fact]
    public async Task NoBudget_EverythingIsDown_EachLayerMakesFourOfOne()
        => Assert.All(await TotalOutage.RunAsync(2, 1, retry => (retry.BudgetPercent, retry.BudgetPerSecond) = (1000, 0)), factor => Assert.InRange(factor, 3.9, 4));
}
