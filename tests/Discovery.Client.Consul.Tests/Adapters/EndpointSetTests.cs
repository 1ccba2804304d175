using Microsoft.Extensions.Time.Testing;

namespace Discovery.Client.Consul.Tests.Adapters;

public sealed class EndpointSetTests
{
    private static readonly Uri A = new("http://a:8500");
    private static readonly Uri B = new("http://b:8500");
    private readonly FakeTimeProvider _time = new();
    private readonly RecordingLogger _log = new();

    [Fact]
    public void Failed_AllAgentsForLong_IsNotToldAttemptByAttempt()
    {
        var set = new EndpointSet([A, B], 0, _time, _log);
        for (var i = 0; i < 100; i++)
        {
            set.Failed(set.Current);
            _time.Advance(TimeSpan.FromSeconds(i % 30));
        }

        Assert.Equal(0, _log.Count("EndpointSwitched"));
    }

    [Fact]
    public void Failed_TheSameEndpointTwice_TheOthersAreAsked()
    {
        var set = new EndpointSet([A, new("http://A:8500/"), B], 1, _time, _log);
        Assert.Equal(A, set.Current);
        Assert.True(set.HasOther);
        set.Failed(set.Current);
        Assert.Equal(B, set.Current);
        Assert.False(set.HasOther);
    }

    [Fact]
    public void Failed_AnotherOneAnswers_IsToldOnceAndOnceMoreWhenItIsTheFirstAgain()
    {
        var set = new EndpointSet([A, B], 0, _time, _log);
        set.Succeeded(set.Current);
        for (var i = 0; i < 10; i++)
        {
            set.Failed(A);
            set.Succeeded(B);
        }

        Assert.Equal(["Server http://a:8500/ failed; http://b:8500/ answers and is asked from now on."], _log.Lines.Select(line => line.Text));
        _time.Advance(TimeSpan.FromMinutes(2));
        set.Failed(B);
        Assert.Equal(A.Authority, set.Current.Authority);
        set.Failed(A);
        set.Failed(B);
        set.Failed(set.Current);
        set.Failed(set.Current);
        _time.Advance(TimeSpan.FromMinutes(2));
        for (var i = 0; i < 3; i++)
        {
            set.Failed(B);
            set.Succeeded(A);
        }

        Assert.Equal(["Server http://a:8500/ failed; http://b:8500/ answers and is asked from now on.", "Server http://b:8500/ failed; http://a:8500/ answers and is asked from now on."], _log.Lines.Select(line => line.Text));
    }

    /// <summary>A request that was under way when the choice fell on another agent.</summary>
    [Fact]
    public void Succeeded_NotTheCurrentOne_IsNoSwitch()
    {
        var set = new EndpointSet([A, B], 0, _time, _log);
        set.Failed(A);
        set.Succeeded(A);
        Assert.Empty(_log.Lines);
    }
}
