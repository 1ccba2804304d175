namespace Discovery.Client.Consul.Tests.Adapters;

public sealed class EndpointChoiceTests
{
    [Fact]
    public void Failed_CurrentOne_NextIsAskedAndKept()
    {
        var choice = EndpointChoice.Start(3, 1).Failed(1, now: 0, frequency: 1);
        Assert.Equal(2, choice.Current);
        Assert.Equal(2, choice.Succeeded(2).Current);
        Assert.Equal(2, choice.Failed(1, 1, 1).Current);
    }

    [Fact]
    public void Failed_AllOfThem_TheOneThatMayBeAskedFirst()
    {
        var choice = EndpointChoice.Start(3, 0).Failed(0, 0, 1).Failed(1, 1, 1).Failed(2, 2, 1);
        Assert.Equal(0, choice.Current);
        Assert.Equal(1, choice.Failed(0, 3, 1).Current);
    }

    [Fact]
    public void Failed_NextOneFailedLately_IsPassedOver()
        => Assert.Equal(2, EndpointChoice.Start(3, 0).Failed(1, now: 0, frequency: 1).Failed(0, now: 1, frequency: 1).Current);

    [Fact]
    public void Failed_QuarantineOver_OneIsAskedAgain()
    {
        var choice = EndpointChoice.Start(2, 0).Failed(0, 0, 1);
        Assert.Equal(0, choice.Failed(1, 100, 1).Current);
        Assert.Equal(1, choice.Current);
    }

    [Fact]
    public void Failed_AgainAndAgain_LongerButAMinuteAtMost()
    {
        var choice = EndpointChoice.Start(1, 0);
        var pauses = new List<long>();
        var now = 0L;
        for (var i = 0; i < 20; i++)
        {
            choice = choice.Failed(0, now, 1);
            pauses.Add(choice.Marks[0].Until - now);
            now = choice.Marks[0].Until;
        }

        Assert.Equal([5, 10, 20, 40, 60], pauses.Take(5));
        Assert.All(pauses.Skip(5), pause => Assert.Equal(60, pause));
        Assert.Equal(0, choice.Current);
        Assert.Equal((0, 0L), choice.Succeeded(0).Marks[0]);
    }

    /// <summary>Requests that were under way together fail together.</summary>
    [Fact]
    public void Failed_ManyAtOnce_CountAsOne()
    {
        var choice = EndpointChoice.Start(2, 0);
        for (var i = 0; i < 10; i++)
        {
            choice = choice.Failed(0, i < 5 ? 0 : 1, 1);
        }

        Assert.Equal((1, 5L), choice.Marks[0]);
        Assert.Equal(1, choice.Current);
    }

    [Fact]
    public void Left_WithoutAFailure_AnotherIsAskedAndItIsLeftAloneForAMinute()
    {
        var choice = EndpointChoice.Start(3, 0).Left(0, next: null, now: 10, frequency: 1);
        Assert.Equal(1, choice.Current);
        Assert.Equal((0, 70L), choice.Marks[0]);
        Assert.Equal(2, choice.Failed(1, 11, 1).Current);
        Assert.Equal(1, choice.Failed(1, 11, 1).Failed(2, 12, 1).Current);
        Assert.Equal(2, EndpointChoice.Start(3, 0).Left(0, next: 2, 0, 1).Current);
        Assert.Equal(1, choice.Left(0, next: null, 20, 1).Current);
        Assert.Equal(0, EndpointChoice.Start(1, 0).Left(0, next: null, 0, 1).Current);
    }
}
