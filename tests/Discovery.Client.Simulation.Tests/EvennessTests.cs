using Discovery.Client.Selection;
using Discovery.Client.Simulation.Scenarios;
using Xunit;

namespace Discovery.Client.Simulation.Tests;

/// <summary>How evenly requests are spread.</summary>
public sealed class EvennessTests
{
    private static readonly double[] AllSeeds = [.. Enumerable.Range(1, 20)];

    /// <summary>
    /// Bounds of the mean of all seeds: an instance gets 50 requests here, chance alone deviates by 7, so that the extremes of a hundred instances do exceed 1.4 now and then. For each seed the bounds are five
    /// standard deviations.
    /// </summary>
    [Theory]
    [InlineData(SelectorNames.RoundRobin)]
    [InlineData(SelectorNames.LeastRequests)]
    [InlineData(SelectorNames.PeakEwma)]
    public void FreshCallers_FewRequestsEach_NoInstanceIsFirstForAll(string selector)
    {
        var runs = AllSeeds.Select(seed => FreshCallers.Run(selector, (ulong)seed)).ToArray();

        Assert.InRange(runs.Average(run => run.Most), 1, 1.4);
        Assert.InRange(runs.Average(run => run.Fewest), 0.6, 1);
        Assert.All(runs, run => Assert.InRange(run.Most, 1, 1.71));
        Assert.All(runs, run => Assert.InRange(run.Fewest, 0.29, 1));
    }

    /// <summary>Finagle's balancers are held to these bounds while servers come and go.</summary>
    [Theory]
    [MemberData(nameof(Seeds.All), MemberType = typeof(Seeds))]
    public void Deployment_AnyChange_NoServerGetsTwiceItsPart(ulong seed)
    {
        foreach (var selector in new[] { SelectorNames.RoundRobin, SelectorNames.LeastRequests })
        {
            foreach (var change in Enum.GetValues<Change>())
            {
                var servers = Deployment.Run(selector, change, seed);

                Assert.Equal(750, servers.Sum(server => server.Got));
                Assert.All(servers, server => Assert.True(server.Got <= 2 * server.Optimal, $"{selector}, {change}: {server.Got} instead of {server.Optimal:F0}"));
                Assert.All(servers, server => Assert.InRange(server.Got, 0, 155));
            }
        }
    }

    /// <summary>It does not spread evenly, it prefers the faster: one that is better than all others is drawn in two of N choices, which is twice its part; what chance adds is allowed three deviations.</summary>
    [Theory]
    [MemberData(nameof(Seeds.All), MemberType = typeof(Seeds))]
    public void PeakEwma_AnyChange_NoServerGetsMoreThanItIsDrawn(ulong seed)
    {
        foreach (var change in Enum.GetValues<Change>())
        {
            Assert.All(
                Deployment.Run(SelectorNames.PeakEwma, change, seed),
                server => Assert.True(server.Got <= (2 * server.Optimal) + (3 * Math.Sqrt(2 * server.Optimal)), $"{change}: {server.Got} instead of {server.Optimal:F0}"));
        }
    }

    [Theory]
    [MemberData(nameof(Seeds.All), MemberType = typeof(Seeds))]
    public void LeastRequests_RequestsThatNeverEnd_PileUpEvenly(ulong seed)
        => Assert.InRange(OpenRequests.Spread(SelectorNames.LeastRequests, seed), 0, 10);

    [Theory]
    [MemberData(nameof(Seeds.All), MemberType = typeof(Seeds))]
    public void LeastRequests_OneComesBackWithNothing_GetsTwiceItsPartUntilItHasCaughtUp(ulong seed)
        => Assert.InRange(OpenRequests.ShareOfRevived(SelectorNames.LeastRequests, seed), 1.8, 2.2);

    /// <summary>Drawn with replacement, the busy one would get a quarter or a ninth.</summary>
    [Theory]
    [InlineData(SelectorNames.LeastRequests, 2)]
    [InlineData(SelectorNames.LeastRequests, 3)]
    [InlineData(SelectorNames.PeakEwma, 2)]
    [InlineData(SelectorNames.PeakEwma, 3)]
    public void OneBusy_OfTwoOrThree_GetsNothing(string selector, int servers)
        => Assert.All(AllSeeds, seed => Assert.Equal(0, OneBusy.Run(selector, servers, (ulong)seed)));
}
