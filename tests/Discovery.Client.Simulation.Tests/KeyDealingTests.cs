using Discovery.Client.Selection;
using Discovery.Client.Simulation.Scenarios;
using Xunit;

namespace Discovery.Client.Simulation.Tests;

public sealed class KeyDealingTests
{
    private static readonly int[] Hundred = [.. Enumerable.Range(0, 100)];

    /// <summary>A hundred instances get 1 000 keys each here; chance alone makes the extremes of a perfect hash 8 % or so, hence a million keys where shares are looked at.</summary>
    [Theory]
    [MemberData(nameof(Seeds.Some), MemberType = typeof(Seeds))]
    public void Deal_HundredInstances_SharesDifferByTenPercentAtMost(ulong seed)
    {
        foreach (var algorithm in new[] { ConsistentHashAlgorithm.Rendezvous, ConsistentHashAlgorithm.Maglev })
        {
            var (most, fewest) = KeyDealing.Balance(KeyDealing.Deal(algorithm, Hundred, seed, 1_000_000), 100);

            Assert.InRange(most, 1, 1.1);
            Assert.InRange(fewest, 0.9, 1);
        }
    }

    [Theory]
    [MemberData(nameof(Seeds.Some), MemberType = typeof(Seeds))]
    public void Deal_OneOfAHundredGoes_HardlyAnyOtherKeyMoves(ulong seed)
    {
        var gone = (int)(seed * 37 % 100);
        foreach (var (algorithm, allowed) in new[] { (ConsistentHashAlgorithm.Rendezvous, 0), (ConsistentHashAlgorithm.Ring, 0), (ConsistentHashAlgorithm.Maglev, 0.01) })
        {
            var before = KeyDealing.Deal(algorithm, Hundred, seed);
            var after = KeyDealing.Deal(algorithm, Hundred.Where(server => server != gone), seed);

            Assert.InRange(KeyDealing.MovedNeedlessly(before, after, gone), 0, allowed);
            Assert.DoesNotContain(gone, after);
        }
    }

    /// <summary>The newcomer starts slowly, as is the default: its keys come to it one by one, and nobody else's move.</summary>
    [Theory]
    [MemberData(nameof(Seeds.Some), MemberType = typeof(Seeds))]
    public void Deal_OneJoinsTen_OnlyKeysOfTheNewcomerMove(ulong seed)
    {
        foreach (var (algorithm, allowed) in new[] { (ConsistentHashAlgorithm.Rendezvous, 0), (ConsistentHashAlgorithm.Ring, 0), (ConsistentHashAlgorithm.Maglev, 0.01) })
        {
            var (needlessly, joined) = KeyDealing.Join(algorithm, 10, seed);

            Assert.InRange(needlessly, 0, allowed);
            Assert.InRange(joined, 0.065, 0.12);
        }
    }

    /// <summary>What is expected here was computed by another process. Who changes it moves all keys of all users between versions.</summary>
    [Theory]
    [InlineData(ConsistentHashAlgorithm.Rendezvous, 7758276897152155420)]
    [InlineData(ConsistentHashAlgorithm.Maglev, 12644489135752766475)]
    [InlineData(ConsistentHashAlgorithm.Ring, 15263065732677643410)]
    public void Deal_ShuffledListInAnotherProcess_SameInstances(ConsistentHashAlgorithm algorithm, ulong expected)
    {
        var dealt = KeyDealing.Deal(algorithm, Hundred, 1);

        Assert.Equal(dealt, KeyDealing.Deal(algorithm, Hundred.OrderBy(server => server * 37 % 101), 1));
        Assert.Equal(expected, dealt.Aggregate(14695981039346656037, (hash, server) => (hash ^ (ulong)server) * 1099511628211));
    }

    /// <summary>The bound is on what is under way when a request is dealt.</summary>
    [Theory]
    [MemberData(nameof(Seeds.Some), MemberType = typeof(Seeds))]
    public void Deal_FewKeysAskedForMuch_NoInstanceExceedsTheBound(ulong seed)
    {
        foreach (var algorithm in new[] { ConsistentHashAlgorithm.Rendezvous, ConsistentHashAlgorithm.Maglev, ConsistentHashAlgorithm.Ring })
        {
            foreach (var bound in new[] { 1.1, 1.25, 2 })
            {
                var (excess, elsewhere, _) = KeyDealing.Bounded(algorithm, bound, seed);

                Assert.True(excess <= 0, $"{algorithm}, {bound}: {excess} above the bound");
                Assert.InRange(elsewhere, 0.05, 0.6);
            }
        }

        // Without a bound one instance gets several times its part: the scenario does need it.
        Assert.InRange(KeyDealing.Bounded(ConsistentHashAlgorithm.Maglev, 0, seed).Greatest, 4, 50);
    }
}
