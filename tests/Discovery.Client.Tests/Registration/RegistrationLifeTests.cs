using Discovery.Client.Internal;
using Discovery.Client.Registration;
using Discovery.Client.Selection;
using Xunit;

namespace Discovery.Client.Tests.Registration;

public sealed class RegistrationLifeTests
{
    private static readonly TimeSpan Ttl = TimeSpan.FromSeconds(15);
    private static readonly RandomSource Dice = RandomSource.Create(3);
    private static readonly RetryAdvice Transient = new(true, TimeSpan.Zero);

    [Theory]
    [InlineData(false, 1, nameof(RegistrationAction.Wait))]
    [InlineData(false, 2, nameof(RegistrationAction.Register))]
    [InlineData(true, 1, nameof(RegistrationAction.Deregister))]
    [InlineData(true, 2, nameof(RegistrationAction.Deregister))]
    public void Next_Registered_SendsOnlyWhatIsNew(bool stopping, long wished, string action)
        => Assert.Equal(action, default(RegistrationLife).Registered(1, At(0)).Next(wished, stopping, Ttl, At(1)).Action.ToString());

    [Theory]
    [InlineData(1, 2)]
    [InlineData(15, 5)]
    [InlineData(3600, 10)]
    public void Next_New_RegistersAtOnceWithinABound(int ttl, int seconds)
        => Assert.Equal(new RegistrationStep(RegistrationAction.Register, TimeSpan.FromSeconds(seconds)), default(RegistrationLife).Next(1, false, TimeSpan.FromSeconds(ttl), At(0)));

    [Fact]
    public void Failed_Transient_RetriesAtOnceThenGrowsToTheCap()
    {
        var life = default(RegistrationLife).Failed(Transient, At(0), Dice);
        Assert.Equal(RegistrationAction.Register, life.Next(1, false, Ttl, At(0)).Action);

        for (var i = 0; i < 200; i++)
        {
            life = life.Failed(Transient, At(0), Dice);
            var expected = Math.Min(0.5 * Math.Pow(1.6, i), 30);
            Assert.InRange(life.Pause.TotalSeconds, expected * 0.8, expected * 1.2);
        }
    }

    [Fact]
    public void Failed_NotTransient_RetriesAtTheSlowestPace()
        => Assert.InRange(default(RegistrationLife).Failed(new RetryAdvice(false, TimeSpan.Zero), At(0), Dice).Pause.TotalSeconds, 24, 36);

    [Theory]
    [InlineData(60, 60)]
    [InlineData(3600, 120)]
    [InlineData(-5, 0)]
    public void Failed_RetryAfter_IsHonouredWithinReason(int asked, int pause)
    {
        var advice = RetryAdvice.From(new RegistryException("busy") { RetryAfter = TimeSpan.FromSeconds(asked) });

        Assert.Equal(pause, default(RegistrationLife).Failed(advice, At(0), Dice).Pause.TotalSeconds);
    }

    [Fact]
    public void Registered_ResetsTheBackoff()
    {
        var life = default(RegistrationLife);
        for (var i = 0; i < 20; i++)
        {
            life = life.Failed(Transient, At(0), Dice);
        }

        life = life.Registered(1, At(0)).Lost(Ttl, TimeSpan.Zero, At(100), Dice);

        Assert.Equal(RegistrationState.Lost, life.State);
        Assert.Equal(RegistrationAction.Register, life.Next(1, false, Ttl, At(100)).Action);
        Assert.Equal(TimeSpan.Zero, life.Failed(Transient, At(100), Dice).Pause);
    }

    [Fact]
    public void Lost_AgainAndAgainAtOnce_SlowsDown_UntilALeaseLives()
    {
        var life = default(RegistrationLife);
        var pauses = new List<TimeSpan>();
        for (var i = 0; i < 15; i++)
        {
            life = life.Registered(1, At(i)).Lost(Ttl, TimeSpan.Zero, At(i), Dice);
            pauses.Add(life.Pause);
        }

        Assert.Equal(TimeSpan.Zero, pauses[0]);
        Assert.InRange(pauses[^1].TotalSeconds, 24, 36);
        Assert.Equal(TimeSpan.Zero, life.Registered(1, At(100)).Lost(Ttl, TimeSpan.Zero, At(120), Dice).Pause);
    }

    [Theory]
    [InlineData(-3600)]
    [InlineData(3600)]
    public void Next_WallClockSet_NeverWaitsLonger(int jump)
    {
        var life = default(RegistrationLife).Failed(Transient, At(0), Dice).Failed(Transient, At(0), Dice);

        Assert.Equal(RegistrationAction.Register, life.Next(1, false, Ttl, At(1) with { Wall = DateTimeOffset.UnixEpoch.AddSeconds(jump) }).Action);
    }

    private static ClockReading At(double seconds) => new(TimeSpan.FromSeconds(seconds), DateTimeOffset.UnixEpoch.AddSeconds(seconds));
}
