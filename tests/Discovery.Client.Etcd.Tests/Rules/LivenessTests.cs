using Microsoft.Extensions.Time.Testing;

namespace Discovery.Client.Etcd.Tests.Rules;

public sealed class LivenessTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);
    private readonly FakeTimeProvider _time = new();
    private readonly Liveness _liveness;

    public LivenessTests() => _liveness = new(_time);

    [Fact]
    public void Judge_NothingEverHeard_Gone() => Assert.Equal(Verdict.Gone, _liveness.Judge(Timeout, null));

    [Fact]
    public void Judge_NothingSinceTheQuestion_Gone()
    {
        _liveness.Heard(100);
        var question = _liveness.Now();
        _time.Advance(Timeout / 2);
        Assert.Equal(Verdict.Gone, _liveness.Judge(Timeout, question));
    }

    /// <summary>A process that stood still asks and judges in the same moment.</summary>
    [Fact]
    public void Judge_NoTimeSinceTheQuestion_Slow()
    {
        _liveness.Heard(100);
        _time.Advance(TimeSpan.FromMinutes(1));
        var question = _liveness.Now();
        _time.Advance(Timeout / 8);
        Assert.Equal(Verdict.Slow, _liveness.Judge(Timeout, question));
        Assert.False(_liveness.IsSilentSince(question, Timeout / 4));
    }

    [Theory]
    [InlineData(0.9, "Slow")]
    [InlineData(1.1, "Gone")]
    public void Judge_NothingWasAsked_TheLastByteTells(double seconds, string expected)
    {
        _liveness.Heard(100);
        _time.Advance(TimeSpan.FromSeconds(seconds));
        Assert.Equal(expected, _liveness.Judge(Timeout, null).ToString());
    }

    [Fact]
    public void Judge_AnswersToPingsOnly_StuckAfterThreeCallsInARow()
    {
        Assert.Equal([Verdict.Slow, Verdict.Slow, Verdict.Slow, Verdict.Stuck], [Slow(100, after: 2), Slow(100, after: 1), Slow(100, after: 2), Slow(100, after: 2)]);
    }

    [Fact]
    public void Judge_AnAnswerInBetween_BeginsAnew()
    {
        Slow(100, after: 2);
        Slow(100, after: 2);
        _liveness.Answered();
        Assert.Equal(Verdict.Slow, Slow(100, after: 2));
    }

    [Fact]
    public void Judge_ALongAnswerUnderWay_NeverStuck()
        => Assert.All(Enumerable.Range(0, 6), _ => Assert.Equal(Verdict.Slow, Slow(100_000, after: 2)));

    private Verdict Slow(int bytes, double after)
    {
        _time.Advance(TimeSpan.FromSeconds(after));
        var question = _liveness.Now();
        _liveness.Heard(bytes);
        return _liveness.Judge(Timeout, question);
    }
}
