using Discovery.Client.Selection;
using Discovery.Client.Simulation.Scenarios;
using Xunit;

namespace Discovery.Client.Simulation.Tests;

public sealed class LayersTests
{
    /// <summary>Callers that know their place load all servers alike; otherwise a server that goes changes one connection of each caller at most.</summary>
    [Theory]
    [MemberData(nameof(Seeds.Some), MemberType = typeof(Seeds))]
    public void Subset_ThreeHundredToThreeHundred_EvenOnTheRingAndStableByRendezvous(ulong seed)
    {
        foreach (var size in new[] { 10, 30, 90 })
        {
            var ring = Subsetting.Run(size, true, seed);
            Assert.InRange(ring.Most, 0.9999, 1.01);
            Assert.InRange(ring.Least, 0.99, 1.0001);
            Assert.InRange(ring.Churn, 0, 3);

            // A server is taken by binomially many callers: five deviations.
            var rendezvous = Subsetting.Run(size, false, seed);
            Assert.InRange(rendezvous.Churn, 0, 1);
            Assert.InRange(rendezvous.Most, 1.05, 1 + (5 / Math.Sqrt(size)));
        }
    }

    /// <summary>
    /// In each second no more than the part of its fair share that the ramp has reached then, and one request in a hundred: in the mean of all seeds. In one seed a second has a thousand requests, so that five deviations of
    /// chance come on top.
    /// </summary>
    [Theory]
    [InlineData(SelectorNames.PeakEwma)]
    [InlineData(SelectorNames.LeastRequests)]
    [InlineData(SelectorNames.WeightedRoundRobin)]
    public void SlowStart_OneJoinsTen_FollowsTheRamp(string selector)
    {
        var runs = Enumerable.Range(1, 20).Select(seed => Newcomer.Run(selector, (ulong)seed)).ToArray();
        for (var second = 0; second < 30; second++)
        {
            var ramp = Math.Max(0.1, (second + 1) / 30.0);
            var share = ramp / (10 + ramp);
            Assert.True(runs.Average(shares => shares[second]) <= share + 0.01, $"second {second}: {runs.Average(shares => shares[second]):P2}");
            Assert.All(runs, shares => Assert.InRange(shares[second], 0, share + 0.01 + (5 * Math.Sqrt(share / 1000))));
        }

        Assert.InRange(runs.Average(shares => shares[0]), 0.002, 0.0199);
        Assert.InRange(runs.Average(shares => shares[31..].Average()), 0.085, 0.095);
    }

    /// <summary>The scenario does need it: without, it gets its whole share at once.</summary>
    [Theory]
    [MemberData(nameof(Seeds.Some), MemberType = typeof(Seeds))]
    public void SlowStart_SwitchedOff_WholeShareAtOnce(ulong seed)
        => Assert.InRange(Newcomer.Run(SelectorNames.LeastRequests, seed, new SelectionOptions { SlowStart = { Window = TimeSpan.Zero } }, 3)[0], 0.07, 0.12);

    /// <summary>Envoy's vectors for zones of 2, 5 and 5 servers and as many callers in each, and with its factor for spill-over.</summary>
    [Theory]
    [MemberData(nameof(Seeds.All), MemberType = typeof(Seeds))]
    public void Zone_ServersOfThreeZones_PartsOfTheRule(ulong seed)
    {
        Close([0.5, 0.25, 0.25], ZoneShares.Run([2, 5, 5], 1, seed));
        Close([0.7, 0.15, 0.15], ZoneShares.Run([2, 5, 5], 1.4, seed));
        Close([1, 0, 0], ZoneShares.Run([5, 5, 5], 1, seed));
        Close([0.75, 0, 0.25], ZoneShares.Run([3, 4, 5], 1, seed));
        Close([1, 0, 0], ZoneShares.Run([9, 2, 1], 1.4, seed));
    }

    /// <summary>Selectors that look at load and latency keep the parts as long as zones answer alike.</summary>
    [Theory]
    [MemberData(nameof(Seeds.Some), MemberType = typeof(Seeds))]
    public void Zone_SelectorsThatLearn_KeepThePartsWhereZonesAnswerAlike(ulong seed)
    {
        foreach (var selector in (string[])[SelectorNames.PeakEwma, SelectorNames.LeastRequests])
        {
            Assert.InRange(ZoneShares.RunAnswered(selector, [2, 5, 5], [50, 50, 50], seed)[0], 0.67, 0.73);

            // Where the others answer half as fast more stays than the rule says.
            Assert.InRange(ZoneShares.RunAnswered(selector, [2, 5, 5], [50, 100, 100], seed)[0], 0.78, 0.82);
        }
    }

    /// <summary>A third of the latency is what few servers and fresh measurements are worth.</summary>
    [Theory]
    [MemberData(nameof(Seeds.One), MemberType = typeof(Seeds))]
    public void Subset_TenthOfTheServersSlow_TailIsAThird(ulong seed)
    {
        var all = SlowTenth.Run(SelectorNames.PeakEwma, 0.6, 0, seed).Quantile(0.99);
        Assert.InRange(SlowTenth.Run(SelectorNames.PeakEwma, 0.6, 10, seed).Quantile(0.99), TimeSpan.Zero, all / 3);
    }

    private static void Close(double[] expected, double[] parts) => Assert.All(expected.Zip(parts), pair => Assert.InRange(pair.Second, pair.First - 0.01, pair.First + 0.01));
}
