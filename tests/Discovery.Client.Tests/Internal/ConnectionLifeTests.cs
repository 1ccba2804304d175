using Discovery.Client.Internal;
using Discovery.Client.Selection;
using Xunit;

namespace Discovery.Client.Tests;

public sealed class ConnectionLifeTests
{
    private static readonly RandomSource Dice = RandomSource.Create(7);
    private static readonly RegistryException Refused = new("refused", connection: "registry");

    [Fact]
    public void New_NothingKnown_AsksAtOnceAndIsNotOpen()
    {
        var life = default(ConnectionLife);

        Assert.Equal((false, null, TimeSpan.Zero, TimeSpan.Zero), (life.IsOpen, life.Error, life.Left(At(0)), life.LeftInHurry(At(0), At(0), At(1))));
    }

    [Fact]
    public void Failed_ByTheLeader_PausesGrowToTheCap()
    {
        var life = default(ConnectionLife);
        for (var i = 0; i < 20; i++)
        {
            life = life.Failed(Refused, At(i), At(i), leads: true, Dice);
            var expected = Math.Min(0.5 * Math.Pow(1.6, i), 30);
            Assert.InRange(life.Left(At(i)).TotalSeconds, expected * 0.8, expected * 1.2);
        }

        Assert.Equal((false, Refused, At(0)), (life.IsOpen, life.Error, life.DownSince));
    }

    [Fact]
    public void Failed_ByAnother_ClosesWhatIsOpenAndChangesNothingThatIsClosed()
    {
        var closed = default(ConnectionLife).Answered(At(0)).Failed(Refused, At(100), At(100), leads: false, Dice);
        Assert.False(closed.IsOpen);
        Assert.InRange(closed.Left(At(100)).TotalSeconds, 0.4, 0.6);

        Assert.Equal(closed, closed.Failed(Refused, At(101), At(101), leads: false, Dice));
    }

    [Theory]
    [InlineData(4, true)]
    [InlineData(6, false)]
    public void Failed_AskedBeforeItWasReached_TellsNothing(int askedAt, bool isOpen)
        => Assert.Equal(isOpen, default(ConnectionLife).Answered(At(5)).Failed(Refused, At(askedAt), At(7), leads: true, Dice).IsOpen);

    [Theory]
    [InlineData(9, 2, 5.2)]
    [InlineData(11, 0.5, 0.8)]
    public void Failed_AgainSoonAfterItWasReached_GoesOnWithThePausesButForOneShortOne(int after, double seconds, double next)
    {
        var life = default(ConnectionLife);
        for (var i = 0; i < 4; i++)
        {
            life = life.Failed(Refused, At(0), At(0), leads: true, Dice);
        }

        life = life.Answered(At(100));
        Assert.Equal((true, null), (life.IsOpen, life.Error));
        life = life.Failed(Refused, At(100 + after), At(100 + after), leads: true, Dice);
        Assert.InRange(life.Left(At(100 + after)).TotalSeconds, seconds * 0.8, seconds * 1.4);

        life = life.Answered(At(120)).Failed(Refused, At(121), At(121), leads: true, Dice);
        Assert.InRange(life.Left(At(121)).TotalSeconds, next * 0.8, next * 1.4);
    }

    // The last failure at 100, the last in a hurry at 104, patience 2.
    [Theory]
    [InlineData(null, 101, 101, 1)]
    [InlineData(null, 103, 103, -1)]
    [InlineData(null, 99, 100.5, 0.5)]
    [InlineData(104.0, 104.5, 104.5, 1.5)]
    [InlineData(104.0, 98, 106, 0)]
    [InlineData(104.0, 98, 105, 1)]
    public void LeftInHurry_Down_IsThePatienceAfterWhatWasLast(double? hurriedAt, double due, double now, double left)
    {
        var life = default(ConnectionLife).Failed(Refused, At(100), At(100), leads: true, Dice);
        life = hurriedAt is { } at ? life.Hurried(At(at)) : life;

        Assert.Equal(left, life.LeftInHurry(At(now), At(due), At(2)).TotalSeconds, 6);
    }

    [Fact]
    public void LeftInHurry_ReachedAgain_IsNothing()
    {
        var life = default(ConnectionLife).Failed(Refused, At(0), At(0), leads: true, Dice).Hurried(At(1)).Answered(At(1));

        Assert.Equal(TimeSpan.Zero, life.LeftInHurry(At(1), At(1), At(10)));
    }

    private static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);
}
