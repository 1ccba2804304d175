namespace Discovery.Client.Consul.Tests.Rules;

public sealed class QueryPaceTests
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(30);

    [Fact]
    public void After_InstantAnswersWithNothingNew_AsksTwiceASecondAtMost()
    {
        var (pace, spent) = (QueryPace.Full, TimeSpan.Zero);
        for (var i = 0; i < 100; i++)
        {
            (pace, var pause) = pace.After(TimeSpan.FromMilliseconds(501), TimeSpan.FromMilliseconds(1), unchanged: true, Wait);
            spent += pause + TimeSpan.FromMilliseconds(1);
        }

        Assert.InRange(100 / spent.TotalSeconds, 0, 2);
    }

    [Fact]
    public void After_EndlessChanges_TenASecondAfterABurst()
    {
        var pace = QueryPace.Full;
        var pauses = new List<TimeSpan>();
        var since = TimeSpan.Zero;
        for (var i = 0; i < 100; i++)
        {
            (pace, var pause) = pace.After(since, TimeSpan.Zero, unchanged: false, Wait);
            pauses.Add(pause);
            since = pause;
        }

        Assert.All(pauses.Take(20), pause => Assert.Equal(TimeSpan.Zero, pause));
        Assert.InRange(pauses.Skip(20).Sum(pause => pause.TotalSeconds), 7.5, 8.1);
    }

    [Theory]
    [InlineData(30_000, 30_000)]
    [InlineData(500, 30_000)]
    [InlineData(100, 200)]
    public void After_WaitThatRanOut_NoPause(int tookMs, int waitMs)
        => Assert.Equal(TimeSpan.Zero, QueryPace.Full.After(TimeSpan.FromMilliseconds(tookMs), TimeSpan.FromMilliseconds(tookMs), true, TimeSpan.FromMilliseconds(waitMs)).Pause);
}
