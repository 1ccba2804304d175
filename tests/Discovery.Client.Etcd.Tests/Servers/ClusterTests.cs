using Discovery.Client.Conformance;
using Discovery.Client.Servers;

namespace Discovery.Client.Etcd.Tests.Servers;

/// <summary>Three members and what becomes of clients when one or more of them fail.</summary>
public sealed class ClusterTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("leader killed")]
    [InlineData("follower killed")]
    [InlineData("leader paused")]
    [InlineData("follower paused")]
    public async Task Member_InUseFails_WatchesAndLeasesGoOnAtAnother(string fault)
    {
        await using var cluster = await OwnServer.StartClusterAsync();
        var leader = await EtcdAdmin.LeaderAsync(cluster.Nodes);
        var victim = fault.StartsWith("leader", StringComparison.Ordinal) ? leader : cluster.Nodes.First(node => node != leader);
        Uri[] endpoints = [victim.Address, .. cluster.Nodes.Where(node => node != victim).Select(node => node.Address)];
        var log = new RecordingLogger();
        await using var provider = BackendTestKit.Create(endpoints);
        await using var consumer = BackendTestKit.Create(_ => { }, TimeProvider.System, log, endpoints);
        var (one, two) = (TestKit.Instance("orders", "one"), TestKit.Instance("orders", "two"));
        await using var keeper = new RegistrationProbe(provider, TestKit.Wish(one, seconds: 15));
        await using var probe = new WatchProbe(consumer, new("orders"));
        await probe.UntilAsync(list => list.Instances.Length == 1, Patience, "one", Stop);
        var seen = probe.Seen.Count;

        await (fault.EndsWith("killed", StringComparison.Ordinal) ? victim.KillAsync() : victim.PauseAsync());
        await probe.UntilErrorAsync(1, Patience, Stop);
        await Eventually.SucceedsAsync(async () => await provider.RegisterAsync(TestKit.Wish(two, seconds: 15), Stop));
        await probe.UntilAsync(list => list.Instances.Length == 2, Patience, "both", Stop);

        Assert.All(probe.Seen.Skip(seen), list => Assert.Contains(one, list.Instances));
        Assert.Equal(1, keeper.Registered);
        Assert.InRange(log.Count("EndpointSwitched"), 1, 3);
        if (victim.IsRunning)
        {
            await victim.ResumeAsync();
        }
    }

    [Fact]
    public async Task Quorum_LostAndRegained_NothingIsTakenForALoss()
    {
        await using var cluster = await OwnServer.StartClusterAsync();
        Uri[] endpoints = [.. cluster.Nodes.Select(node => node.Address)];
        await using var provider = BackendTestKit.Create(endpoints);
        await using var consumer = BackendTestKit.Create(endpoints);
        var (one, two) = (TestKit.Instance("orders", "one"), TestKit.Instance("orders", "two"));
        await using var keeper = new RegistrationProbe(provider, TestKit.Wish(one, seconds: 60));
        await using var probe = new WatchProbe(consumer, new("orders"));
        await probe.UntilAsync(list => list.Instances.Length == 1, Patience, "one", Stop);
        var seen = probe.Seen.Count;

        await cluster.Nodes[1].KillAsync();
        await cluster.Nodes[2].KillAsync();
        await probe.UntilErrorAsync(1, Patience, Stop);
        var error = await Assert.ThrowsAnyAsync<RegistryException>(async () => await consumer.ReadAsync(new("orders"), Stop));
        Assert.True(error.IsTransient);
        Assert.NotNull(error.Connection);
        Assert.All(probe.Seen.Skip(seen), list => Assert.Single(list.Instances));
        await Task.WhenAll(cluster.Nodes[1].RestartAsync(Stop), cluster.Nodes[2].RestartAsync(Stop));

        await Eventually.SucceedsAsync(async () => await provider.RegisterAsync(TestKit.Wish(two, seconds: 60), Stop));
        await probe.UntilAsync(list => list.Instances.Length == 2, Patience, "both", Stop);
        Assert.Equal(1, keeper.Registered);
    }

    [Fact]
    public async Task Follower_CutOffFromTheMajority_IsLeftForOneThatIsNot()
    {
        await using var cluster = await OwnServer.StartCutOffClusterAsync();
        Uri[] endpoints = [cluster.Lonely.Address, .. cluster.Majority.Select(node => node.Address)];
        var log = new RecordingLogger();
        await using var provider = BackendTestKit.Create(endpoints);
        await using var consumer = BackendTestKit.Create(_ => { }, TimeProvider.System, log, endpoints);
        await using var elsewhere = BackendTestKit.Create(cluster.Majority[0].Address);
        var (one, two) = (TestKit.Instance("orders", "one"), TestKit.Instance("orders", "two"));
        await using var keeper = new RegistrationProbe(provider, TestKit.Wish(one, seconds: 30));
        await using var probe = new WatchProbe(consumer, new("orders"));
        await probe.UntilAsync(list => list.Instances.Length == 1, Patience, "one", Stop);
        var seen = probe.Seen.Count;

        await cluster.CutAsync();
        await Eventually.SucceedsAsync(async () => await elsewhere.RegisterAsync(TestKit.Wish(two, seconds: 60), Stop));

        await probe.UntilAsync(list => list.Instances.Length == 2, Patience, "what was registered at the majority", Stop);
        Assert.All(probe.Seen.Skip(seen), list => Assert.Contains(one, list.Instances));
        Assert.Equal(1, keeper.Registered);
        Assert.Equal(1, log.Count("EndpointSwitched"));
    }

    [Fact]
    public async Task Endpoint_ThatRefusesForEver_IsPassedOver()
    {
        await using var node = await OwnServer.StartAsync();
        using var dead = PortLease.Take(0);
        var log = new RecordingLogger();
        await using var backend = BackendTestKit.Create(_ => { }, TimeProvider.System, log, new Uri($"http://127.0.0.1:{dead.Port}"), node.Address);

        var error = await Assert.ThrowsAnyAsync<RegistryException>(async () => await backend.ReadAsync(new("orders"), Stop));
        Assert.Equal($"127.0.0.1:{dead.Port}", error.Connection);
        Assert.Empty((await backend.ReadAsync(new("orders"), Stop)).Instances);
        Assert.Empty((await backend.ReadAsync(new("orders"), Stop)).Instances);
        Assert.Equal(1, log.Count("EndpointSwitched"));
    }
}
