using System.Diagnostics;
using Discovery.Client.Conformance;

namespace Discovery.Client.Etcd.Tests.Servers;

/// <summary>Calls that do not end in time: the member or the connection is gone, or the call was slow.</summary>
public sealed class SilenceTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Renew_MemberPausedAndTheEnginesLimit_LeaseIsKeptByAnother()
    {
        await using var cluster = await OwnServer.StartClusterAsync();
        var leader = await EtcdAdmin.LeaderAsync(cluster.Nodes);
        var victim = cluster.Nodes.First(node => node != leader);
        await using var backend = BackendTestKit.Create([victim.Address, .. cluster.Nodes.Where(node => node != victim).Select(node => node.Address)]);
        var lease = await backend.RegisterAsync(TestKit.Wish(TestKit.Instance("orders"), seconds: 6), Stop);
        await victim.PauseAsync();

        await RenewAsTheEngineDoesAsync(backend, lease, TimeSpan.FromSeconds(6));

        Assert.NotEqual(victim.Address, backend.Parts.Client.Connections.Current.Endpoint);
        await victim.ResumeAsync();
    }

    /// <summary>The engine gives a registration that has to be made 2 s, which is less than a request may take.</summary>
    [Fact]
    public async Task Register_MemberPausedAndTheEnginesLimit_IsMadeAtAnother()
    {
        await using var cluster = await OwnServer.StartClusterAsync();
        var leader = await EtcdAdmin.LeaderAsync(cluster.Nodes);
        var victim = cluster.Nodes.First(node => node != leader);
        await using var backend = BackendTestKit.Create([victim.Address, .. cluster.Nodes.Where(node => node != victim).Select(node => node.Address)]);
        await backend.ReadAsync(new("orders"), Stop);
        await victim.PauseAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await backend.RegisterAsync(TestKit.Wish(TestKit.Instance("orders"), seconds: 6), patience.Token));

        Assert.NotEqual(victim.Address, backend.Parts.Client.Connections.Current.Endpoint);
        await backend.RegisterAsync(TestKit.Wish(TestKit.Instance("orders"), seconds: 6), Stop);
        await victim.ResumeAsync();
    }

    [Fact]
    public async Task Renew_LeaderPausedElsewhere_ConnectionAndItsWatchesStay()
    {
        await using var cluster = await OwnServer.StartClusterAsync();
        var leader = await EtcdAdmin.LeaderAsync(cluster.Nodes);
        var followers = cluster.Nodes.Where(node => node != leader).ToArray();
        await using var backend = BackendTestKit.Create(followers[0].Address, leader.Address, followers[1].Address);
        var lease = await backend.RegisterAsync(TestKit.Wish(TestKit.Instance("orders", "one"), seconds: 6), Stop);
        await using var probe = new WatchProbe(backend, new("orders"));
        await probe.UntilAsync(list => list.Instances.Length == 1, Patience, "one", Stop);
        var connection = backend.Parts.Client.Connections.Current;
        await leader.PauseAsync();

        await RenewAsTheEngineDoesAsync(backend, lease, TimeSpan.FromSeconds(6));
        await backend.RegisterAsync(TestKit.Wish(TestKit.Instance("orders", "two"), seconds: 6), Stop);
        await probe.UntilAsync(list => list.Instances.Length == 2, Patience, "two", Stop);

        Assert.Same(connection, backend.Parts.Client.Connections.Current);
        Assert.Empty(probe.Errors);
        await leader.ResumeAsync();
    }

    [Fact]
    public async Task Renew_OpenConnectionSwallowsAndNewOnesWork_LeaseIsKept()
    {
        await using var node = await OwnServer.StartAsync();
        await using var proxy = new StallingProxy(node.Port);
        await using var backend = BackendTestKit.Create(proxy.Address);
        var lease = await backend.RegisterAsync(TestKit.Wish(TestKit.Instance("orders"), seconds: 5), Stop);
        await backend.RenewAsync(lease.Group, Stop);
        Assert.Equal(1, proxy.Count);
        proxy.SwallowOpen();

        await RenewAsTheEngineDoesAsync(backend, lease, TimeSpan.FromSeconds(5));

        Assert.Equal(2, proxy.Count);
    }

    [Fact]
    public async Task Endpoint_ThatAcceptsAndSaysNothing_CostsOneSecond()
    {
        await using var node = await OwnServer.StartAsync();
        await using var black = new StallingProxy(0);
        await using var blackToo = new StallingProxy(0);
        await using var backend = BackendTestKit.Create(black.Address, blackToo.Address, node.Address);
        var clock = Stopwatch.StartNew();

        await Eventually.SucceedsAsync(async () => await backend.ReadAsync(new("orders"), Stop));

        Assert.InRange(clock.Elapsed, TimeSpan.FromSeconds(1.5), TimeSpan.FromSeconds(4));
    }

    [Fact]
    public async Task Endpoint_TheOnlyOneAndSilent_IsNotConnectedToMoreOftenThanCallsEnd()
    {
        await using var black = new StallingProxy(0);
        await using var backend = BackendTestKit.Create(options => options.RequestTimeout = TimeSpan.FromSeconds(1), black.Address);

        for (var call = 1; call <= 3; call++)
        {
            await Assert.ThrowsAnyAsync<RegistryException>(async () => await backend.ReadAsync(new("orders"), Stop));
        }

        Assert.InRange(black.Count, 1, 3);
    }

    // Each attempt has a third of the time to live, and the lease is lost when none succeeded within it.
    private static async Task RenewAsTheEngineDoesAsync(EtcdRegistryBackend backend, Lease lease, TimeSpan timeToLive)
    {
        var silent = Stopwatch.StartNew();
        while (true)
        {
            using var attempt = new CancellationTokenSource(timeToLive / 3);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(attempt.Token, Stop);
            try
            {
                await backend.RenewAsync(lease.Group, either.Token);
                return;
            }
            catch (Exception error) when (error is RegistryException and not LeaseLostException or OperationCanceledException)
            {
                Assert.True(silent.Elapsed < timeToLive, $"Not renewed in time: {error.Message}");
                await Task.Delay(timeToLive / 12, Stop);
            }
        }
    }
}
