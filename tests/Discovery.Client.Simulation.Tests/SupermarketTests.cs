using Discovery.Client.Selection;
using Discovery.Client.Simulation.Scenarios;
using Xunit;

namespace Discovery.Client.Simulation.Tests;

public sealed class SupermarketTests
{
    /// <summary>The mean time in system, which for very many queues is the sum over i of load^(2^i - 2) (Mitzenmacher, 2001); a hundred have 1 to 2 % more.</summary>
    [Theory]
    [MemberData(nameof(Seeds.Some), MemberType = typeof(Seeds))]
    public void LeastRequests_NineTenthsLoad_MeanOfTheModel(ulong seed)
        => Assert.InRange(Supermarket.Run(Selectors.Named(SelectorNames.LeastRequests), 0.9, seed, Supermarket.Enough(0.9)), 2.61 * 0.97, 2.61 * 1.03);

    [Theory]
    [MemberData(nameof(Seeds.One), MemberType = typeof(Seeds))]
    public void LeastRequests_NineteenTwentiethsLoad_MeanOfTheModel(ulong seed)
        => Assert.InRange(Supermarket.Run(Selectors.Named(SelectorNames.LeastRequests), 0.95, seed, Supermarket.Enough(0.95)), 3.38 * 0.97, 3.38 * 1.03);

    /// <summary>Old information makes a herd of callers who take the least of all; two choices are no worse than chance up to ten service times (Mitzenmacher, 2000).</summary>
    [Theory]
    [MemberData(nameof(Seeds.Some), MemberType = typeof(Seeds))]
    public void LeastRequests_LoadsOfAnOldBoard_NoWorseThanRandom(ulong seed)
    {
        var random = Supermarket.Run(Selectors.Named(SelectorNames.Random), 0.9, seed, 100_000);
        foreach (var age in new[] { 1, 5, 10 })
        {
            Assert.InRange(Supermarket.Run(Selectors.Named(SelectorNames.LeastRequests), 0.9, seed, 100_000, age), 1, random);
        }

        // The scenario does tell herds from what is none.
        Assert.InRange(Supermarket.Run(new LeastOfAllSelector(firstIndex: true), 0.9, seed, 100_000, 5), 10 * random, double.MaxValue);
    }
}
