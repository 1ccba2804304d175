using Discovery.Client.Internal;
using Discovery.Client.Registration;
using Discovery.Client.Selection;
using Xunit;

namespace Discovery.Client.Tests.Registration;

public sealed class LeaseLifeTests
{
    private static readonly TimeSpan Ttl = TimeSpan.FromSeconds(12);
    private static readonly RandomSource Dice = RandomSource.Create(7);

    [Theory]
    [InlineData(3.9, 3.9, nameof(LeaseAction.Wait), 0.1)]
    [InlineData(4, 4, nameof(LeaseAction.Renew), 4)]
    [InlineData(9, 9, nameof(LeaseAction.Renew), 3)]
    [InlineData(11.5, 11.5, nameof(LeaseAction.Renew), 0.5)]
    [InlineData(12, 12, nameof(LeaseAction.Lost), 0)]
    [InlineData(1, 12, nameof(LeaseAction.Lost), 0)] // the machine slept
    [InlineData(1, 5, nameof(LeaseAction.Renew), 4)] // slept a little
    [InlineData(4, -3600, nameof(LeaseAction.Renew), 4)] // the wall clock was set back
    [InlineData(12, -3600, nameof(LeaseAction.Lost), 0)]
    [InlineData(-1, 0, nameof(LeaseAction.Wait), 4)]
    public void Next_AfterSilence_IsDueThenLost(double monotonic, double wall, string action, double seconds)
    {
        var life = Granted(Ttl, Ttl / 3) with { Pause = Ttl / 3 };

        var step = life.Next(At(monotonic, wall));

        Assert.Equal(action, step.Action.ToString());
        Assert.Equal(seconds, step.Time.TotalSeconds, 3);
    }

    [Fact]
    public void Granted_WithoutRenewal_WaitsForEver()
        => Assert.Equal(new LeaseStep(LeaseAction.Wait, Timeout.InfiniteTimeSpan), Granted(Ttl, null).Next(At(1e6, 1e6)));

    [Fact]
    public void Granted_WithTooFewRenewals_RenewsTwiceInTtl() => Assert.Equal(Ttl / 2, Granted(Ttl, Ttl * 3).RenewEvery);

    [Fact]
    public void Granted_BySlowRegistry_IsNotLostAtOnce()
    {
        var life = LeaseLife.Granted(new LeaseGroup("g", Ttl, Ttl / 3), At(0, 0), At(60, 60), Dice);

        Assert.Equal(LeaseAction.Renew, life.Next(At(60, 60)).Action);
    }

    [Fact]
    public void Next_LongPause_LooksAtTheClocksBetween()
    {
        var life = Granted(TimeSpan.FromDays(1), TimeSpan.FromHours(8)) with { Pause = TimeSpan.FromHours(8) };

        Assert.Equal(new LeaseStep(LeaseAction.Wait, LeaseLife.LookAgain), life.Next(At(0, 0)));
        Assert.Equal(LeaseLife.MaxAttempt, life.Next(At(9 * 3600, 9 * 3600)).Time);
    }

    [Fact]
    public void Renewed_AnyDice_StaysAtOrUnderTheInterval()
    {
        for (var i = 0; i < 1000; i++)
        {
            var pause = Granted(Ttl, Ttl / 3).Renewed(At(5, 5), Dice).Pause;
            Assert.InRange(pause, Ttl / 3 * 0.9, Ttl / 3);
        }
    }

    [Fact]
    public void Renewed_CountsFromWhenItWasSent()
    {
        var life = Granted(Ttl, Ttl / 3).Renewed(At(5, 5), Dice);

        Assert.Equal(LeaseAction.Lost, life.Next(At(17, 17)).Action);
        Assert.NotEqual(LeaseAction.Lost, life.Next(At(16.9, 16.9)).Action);
    }

    // Row 27: at least two tries fit, whether they fail at once or hang until they are given up.
    [Theory]
    [InlineData(false, 4, 5)]
    [InlineData(true, 2, 2)]
    public void Failed_UntilLost_TriesSeveralTimes(bool hangs, int least, int most)
    {
        for (var seed = 0UL; seed < 200; seed++)
        {
            var dice = RandomSource.Create(seed);
            var life = LeaseLife.Granted(new LeaseGroup("g", Ttl, Ttl / 3), At(-100, -100), At(-100, -100), dice).Renewed(At(0, 0), dice);
            var (now, tries) = (0.0, 0);
            LeaseStep step;
            while ((step = life.Next(At(now, now))).Action != LeaseAction.Lost)
            {
                now += step.Action == LeaseAction.Wait || hangs ? step.Time.TotalSeconds : 0;
                if (step.Action == LeaseAction.Renew)
                {
                    tries++;
                    life = life.Failed(At(now, now), new RetryAdvice(true, TimeSpan.Zero), dice);
                }
            }

            Assert.InRange(tries, least, most);
            Assert.Equal(Ttl.TotalSeconds, now, 3);
        }
    }

    [Fact]
    public void Failed_WithRetryAfter_WaitsSoLong_AlsoWhenLostMeanwhile()
    {
        var life = Granted(Ttl, Ttl / 3).Failed(At(4, 4), RetryAdvice.From(new RegistryException("busy") { RetryAfter = TimeSpan.FromSeconds(20) }), Dice);

        Assert.Equal(LeaseAction.Wait, life.Next(At(11.9, 11.9)).Action);
        Assert.Equal(new LeaseStep(LeaseAction.Lost, TimeSpan.FromSeconds(12)), life.Next(At(12, 12)));
    }

    [Fact]
    public void Failed_NotTransient_WaitsAWholeInterval()
    {
        var life = Granted(Ttl, Ttl / 3).Failed(At(4, 4), RetryAdvice.From(new RegistryException("forbidden", isTransient: false)), Dice);

        Assert.InRange(life.Pause, Ttl / 3 * 0.9, Ttl / 3 * 1.1);
    }

    private static LeaseLife Granted(TimeSpan ttl, TimeSpan? every) => LeaseLife.Granted(new LeaseGroup("g", ttl, every), At(0, 0), At(0, 0), Dice);

    private static ClockReading At(double monotonic, double wall) => new(TimeSpan.FromSeconds(monotonic), DateTimeOffset.UnixEpoch.AddSeconds(wall));
}
