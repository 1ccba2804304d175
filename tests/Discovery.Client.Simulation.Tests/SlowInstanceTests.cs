using Discovery.Client.Selection;
using Discovery.Client.Simulation.Scenarios;
using Xunit;

namespace Discovery.Client.Simulation.Tests;

/// <summary>Published: within a second answer 95 % under round robin, 99 % under least requests, 99.9 % under peak EWMA (Linkerd, 2016).</summary>
public sealed class SlowInstanceTests
{
    [Theory]
    [MemberData(nameof(Seeds.All), MemberType = typeof(Seeds))]
    public void PeakEwma_OneSlowOfEleven_999OfThousandInTime(ulong seed)
    {
        var run = SlowInstance.Run(SelectorNames.PeakEwma, seed);

        Assert.InRange(run.Success, 0.999, 1);
        Assert.InRange(run.SlowShare, 0, 0.003);
        Assert.InRange(run.All.Quantile(0.999).TotalMilliseconds, 0, 200);
    }

    [Theory]
    [MemberData(nameof(Seeds.Some), MemberType = typeof(Seeds))]
    public void PeakEwma_SlowOneRecovered_IsForgivenAsFastAsItsDecaySays(ulong seed)
    {
        double Run(double decay) => SlowInstance.Run(SelectorNames.PeakEwma, seed, new SelectionOptions { PeakEwma = { DecayTime = TimeSpan.FromSeconds(decay) } }).RecoveredShare;
        const double Least = 0.0165, Most = 0.0215;

        Assert.InRange(SlowInstance.Run(SelectorNames.PeakEwma, seed).RecoveredShare, Least, Most);

        // A memory that is shorter or longer by half would be seen.
        Assert.All([Run(5), Run(7), Run(14), Run(20)], share => Assert.NotInRange(share, Least, Most));
    }

    [Theory]
    [MemberData(nameof(Seeds.All), MemberType = typeof(Seeds))]
    public void LeastRequests_OneSlowOfEleven_99OfHundredInTime(ulong seed)
        => Assert.InRange(SlowInstance.Run(SelectorNames.LeastRequests, seed).Success, 0.99, 0.999);

    [Theory]
    [MemberData(nameof(Seeds.All), MemberType = typeof(Seeds))]
    public void RoundRobin_OneSlowOfEleven_95OfHundredInTime(ulong seed)
        => Assert.InRange(SlowInstance.Run(SelectorNames.RoundRobin, seed).Success, 0.95, 0.96);
}
