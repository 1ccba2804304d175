using System.Net;
using System.Net.Sockets;

namespace Discovery.Client.Consul.Tests.Wire;

public sealed class HeartbeatAddressesTests : IDisposable
{
    private static readonly Uri Agent = new("http://agent.example:8500");
    private readonly ManualResetEventSlim _answers = new(initialState: true);
    private int _lookups;
    private Func<IPAddress[]> _answer = () => [IPAddress.Loopback];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _answers.Set();

    [Fact]
    public void Of_ResolverHangs_TheDeadlineIsKept()
    {
        var addresses = Create();
        _answers.Reset();
        var started = TimeProvider.System.GetTimestamp();
        Assert.Throws<TimeoutException>(() => addresses.Of(Agent, Within(0.3), Stop));
        Assert.Throws<TimeoutException>(() => addresses.Of(Agent, Within(0.3), Stop));
        Assert.InRange(TimeProvider.System.GetElapsedTime(started).TotalSeconds, 0.5, 10);
        Assert.Equal(1, Volatile.Read(ref _lookups));
        _answers.Set();
        Assert.Equal([IPAddress.Loopback], addresses.Of(Agent, Within(30), Stop));
    }

    [Fact]
    public void Of_ResolverHangsLater_TheLastAddressesAreUsedWithTimeLeft()
    {
        var addresses = Create();
        addresses.Of(Agent, Within(30), Stop);
        _answers.Reset();
        var deadline = Within(2);
        Assert.Equal([IPAddress.Loopback], addresses.Of(Agent, deadline, Stop));
        Assert.True(deadline.RemainingMilliseconds > 0);
    }

    [Fact]
    public void Of_ResolverFailsLater_TheLastAddressesAreUsedUntilThereAreNewOnes()
    {
        var addresses = Create();
        addresses.Of(Agent, Within(30), Stop);
        _answer = () => throw new SocketException((int)SocketError.TryAgain);
        Assert.Equal([IPAddress.Loopback], addresses.Of(Agent, Within(30), Stop));
        _answer = () => [IPAddress.IPv6Loopback];
        Assert.Equal([IPAddress.IPv6Loopback], addresses.Of(Agent, Within(30), Stop));
    }

    [Fact]
    public void Of_NoSuchName_SaysSoAtOnce()
    {
        var addresses = Create();
        _answer = () => throw new SocketException((int)SocketError.HostNotFound);
        Assert.Equal(SocketError.HostNotFound, Assert.Throws<SocketException>(() => addresses.Of(Agent, Within(30), Stop)).SocketErrorCode);
        _answer = () => [];
        Assert.Equal(SocketError.HostNotFound, Assert.Throws<SocketException>(() => addresses.Of(Agent, Within(30), Stop)).SocketErrorCode);
        _answer = () => throw new InvalidOperationException("anything");
        Assert.Equal(SocketError.HostNotFound, Assert.Throws<SocketException>(() => addresses.Of(Agent, Within(30), Stop)).SocketErrorCode);
    }

    [Fact]
    public void Of_Literals_AreNotLookedUp()
    {
        var addresses = Create();
        Assert.Equal([IPAddress.Parse("10.0.0.1")], addresses.Of(new("http://10.0.0.1:8500"), Within(30), Stop));
        Assert.Equal([IPAddress.IPv6Loopback], addresses.Of(new("http://[::1]:8500"), Within(30), Stop));
        Assert.Equal(0, _lookups);
    }

    /// <summary>What a renewal makes of it, on the thread that renews.</summary>
    [Fact]
    public void Put_ResolverHangs_IsTheConnectionsTroubleInTime()
    {
        _answers.Reset();
        using var heartbeats = new HeartbeatClient(new(new(), TimeProvider.System), new(new(), TimeProvider.System, new RecordingLogger()), Create(), TimeProvider.System);
        var error = Assert.Throws<RegistryException>(() => heartbeats.Put(Agent, "/v1/agent/check/pass/x", TimeSpan.FromSeconds(0.3), Stop));
        Assert.Equal((true, "agent.example:8500"), (error.IsTransient, error.Connection));
    }

    private static Deadline Within(double seconds) => new(TimeProvider.System, TimeSpan.FromSeconds(seconds));

    private HeartbeatAddresses Create() => new(host =>
    {
        Interlocked.Increment(ref _lookups);
        Assert.Equal("agent.example", host);
        _answers.Wait(Stop);
        return _answer();
    });
}
