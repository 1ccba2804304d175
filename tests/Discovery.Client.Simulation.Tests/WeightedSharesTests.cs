using Discovery.Client.Selection;
using Discovery.Client.Simulation.Scenarios;
using Xunit;

namespace Discovery.Client.Simulation.Tests;

public sealed class WeightedSharesTests
{
    [Theory]
    [MemberData(nameof(Seeds.Some), MemberType = typeof(Seeds))]
    public void WeightedRoundRobin_AnyWeights_ExactToHalfAPercent(ulong seed)
    {
        foreach (var (name, weights) in WeightedShares.Weights)
        {
            var shares = WeightedShares.Run(SelectorNames.WeightedRoundRobin, weights, seed, 1_000_000);

            Assert.All(shares, share => Assert.True(Math.Abs(share.Got - share.Expected) <= 0.005 * share.Expected, $"{name}: {share.Got} instead of {share.Expected:F0}"));
            Assert.InRange(WeightedShares.ChiSquared(shares), 0, WeightedShares.MillionthQuantile(weights.Length - 1));
        }
    }

    /// <summary>Were all small ones passed over in the same rounds, they would come at once and the great one a hundred times in a row after them.</summary>
    [Theory]
    [MemberData(nameof(Seeds.All), MemberType = typeof(Seeds))]
    public void WeightedRoundRobin_OneOutweighsManySmallOnes_ComesInShorterRuns(ulong seed)
        => Assert.InRange(WeightedShares.LongestRun(SelectorNames.WeightedRoundRobin, WeightedShares.Weights["100:1x99"], seed, 20_000), 1, 60);

    /// <summary>By chance, so that chi-squared alone tells.</summary>
    [Theory]
    [MemberData(nameof(Seeds.Some), MemberType = typeof(Seeds))]
    public void WeightedRandom_AnyWeights_NoMoreOffThanChance(ulong seed)
    {
        foreach (var weights in WeightedShares.Weights.Values)
        {
            Assert.InRange(WeightedShares.ChiSquared(WeightedShares.Run(SelectorNames.WeightedRandom, weights, seed, 200_000)), 0, WeightedShares.MillionthQuantile(weights.Length - 1));
        }
    }
}
