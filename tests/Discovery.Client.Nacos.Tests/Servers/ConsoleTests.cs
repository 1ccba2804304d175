using Discovery.Client.Conformance;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Discovery.Client.Nacos.Tests.Servers;

/// <summary>What people do at the console, and what other processes do, on servers that go on.</summary>
[Collection(NacosServers.Alone)]
public sealed class ConsoleTests(SingleNacos servers)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Both kinds of servers over both transports.</summary>
    public static TheoryData<string, NacosTransport> All { get; } = new()
    {
        { "nacos2", NacosTransport.Http }, { "nacos2", NacosTransport.Grpc }, { "nacos3", NacosTransport.Http }, { "nacos3", NacosTransport.Grpc },
    };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(All))]
    public async Task Console_WeightEnabledAndMetadata_ArriveAtWatchesAndOutliveRegistering(string server, NacosTransport transport)
    {
        var node = await servers.NodeAsync(server);
        using var admin = new NacosAdmin(node);
        await using var provider = BackendTestKit.Create(transport, node.Address);
        await using var consumer = BackendTestKit.Create(transport, node.Address);
        var one = TestKit.Instance($"console-{transport}", "one");
        await using var probe = new WatchProbe(consumer, new(one.ServiceName));
        var wish = TestKit.Wish(one, 120);
        await provider.RegisterAsync(wish, Stop);
        await probe.UntilAsync(list => list.Instances is [{ Weight: 1 }], Patience, "the instance", Stop);

        await admin.OverrideAsync(one.ServiceName, "10.0.0.1", 8080, ("weight", "7"), ("enabled", "true"), ("metadata", """{"ring":"blue"}"""));
        await probe.UntilAsync(list => list.Instances is [{ Weight: 7 } seen] && seen.Metadata.GetValueOrDefault("ring") == "blue" && seen.InstanceId == "one", Patience, "weight 7 and the ring", Stop);
        await admin.OverrideAsync(one.ServiceName, "10.0.0.1", 8080, ("weight", "7"), ("enabled", "false"));
        await probe.UntilAsync(list => list.Instances.IsEmpty, Patience, "nothing, since it is disabled", Stop);
        await admin.OverrideAsync(one.ServiceName, "10.0.0.1", 8080, ("weight", "0"), ("enabled", "true"));
        await probe.UntilAsync(list => list.Instances is [{ Weight: 0 }], Patience, "weight 0", Stop);

        await provider.RegisterAsync(wish with { Instance = one with { Zone = "z2" } }, Stop);
        await probe.UntilAsync(list => list.Instances is [{ Weight: 0, Zone: "z2" }], Patience, "the new zone with the console's weight", Stop);
        Assert.Empty(probe.Errors);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task LastInstance_Deregistered_LeavesTheViewOfAProgramLongBeforeAnEmptyListMayBeHeld(string server, NacosTransport transport)
    {
        var node = await servers.NodeAsync(server);
        await using var provider = BackendTestKit.Create(transport, node.Address);
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([new("Discovery:Backend", "nacos"), new("Discovery:Nacos:Transport", transport.ToString()), new("Discovery:Nacos:Endpoints:0", node.Address.ToString()), new("Discovery:Nacos:PollInterval", "00:00:01")])
            .Build();
        await using var services = new ServiceCollection().AddServiceDiscovery(configuration).Services.BuildServiceProvider();
        var client = services.GetRequiredService<IDiscoveryClient>();
        var one = TestKit.Instance($"last-{transport}", "one");
        var lease = await provider.RegisterAsync(TestKit.Wish(one), Stop);
        await Eventually.SucceedsAsync(async () => Assert.Single((await client.GetViewAsync(one.ServiceName, Stop)).Instances), mayFail: _ => true);

        await provider.DeregisterAsync(lease, Stop);

        await Eventually.TrueAsync(() => client.GetView(one.ServiceName).Instances.IsEmpty, "the view is empty", seconds: 20);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task PersistentInstance_TakenOutAtTheConsole_IsLost(string server, NacosTransport transport)
    {
        var node = await servers.NodeAsync(server);
        using var admin = new NacosAdmin(node);
        await using var backend = BackendTestKit.Create(transport, options => options.Ephemeral = false, node.Address);
        var one = TestKit.Instance($"lasting-{transport}", "one");
        var lease = await backend.RegisterAsync(TestKit.Wish(one), Stop);
        await Eventually.SucceedsAsync(async () => Assert.Single((await backend.ReadAsync(new(one.ServiceName), Stop)).Instances), mayFail: _ => true);
        await backend.RenewAsync(lease.Group, Stop);

        await admin.DeregisterAsync(one.ServiceName, "10.0.0.1", 8080, ("ephemeral", "false"));

        await Eventually.SucceedsAsync(async () => await Assert.ThrowsAsync<LeaseLostException>(async () => await backend.RenewAsync(lease.Group, Stop)), mayFail: error => error is Xunit.Sdk.XunitException);
        lease = await backend.RegisterAsync(TestKit.Wish(one), Stop);
        await Eventually.SucceedsAsync(async () => Assert.Single((await backend.ReadAsync(new(one.ServiceName), Stop)).Instances), mayFail: _ => true);
        await backend.DeregisterAsync(lease, Stop);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task ProtectionThreshold_Reached_TheDeadAreListedAsWarning(string server, NacosTransport transport)
    {
        var node = await servers.NodeAsync(server);
        using var admin = new NacosAdmin(node);
        var log = new RecordingLogger();
        await using var consumer = BackendTestKit.Create(transport, _ => { }, TimeProvider.System, log, node.Address);
        var service = $"protected-{transport}";
        await admin.RegisterAsync(service, "10.0.0.1", 80, ("metadata", """{"preserved.heart.beat.interval":"1000","preserved.heart.beat.timeout":"2000","preserved.ip.delete.timeout":"90000"}"""));
        await admin.ProtectAsync(service, 0.5);
        await using var probe = new WatchProbe(consumer, new(service));

        await probe.UntilAsync(list => list.Instances is [{ Status: ServiceStatus.Warning }], Patience, "a warning", Stop);

        Assert.Equal(1, log.Count("ProtectionThresholdReached"));
        await admin.DeregisterAsync(service, "10.0.0.1", 80);
        await probe.UntilAsync(list => list.Instances.IsEmpty, Patience, "nothing", Stop);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task OtherPlaces_NamespaceGroupAndUnknown_ShareNothing(string server, NacosTransport transport)
    {
        var node = await servers.NodeAsync(server);
        await using var backend = BackendTestKit.Create(transport, node.Address);
        await using var elsewhere = BackendTestKit.Create(transport, options => options.Namespace = "nosuch", node.Address);
        var one = TestKit.Instance($"places-{transport}", "one");
        var group = TestKit.Wish(one with { Port = 8081 }, 120) with { Group = "OTHER" };
        var space = TestKit.Wish(one with { Port = 8082 }, 120) with { Namespace = "other" };
        await backend.RegisterAsync(TestKit.Wish(one, 120), Stop);
        await backend.RegisterAsync(group, Stop);
        await backend.RegisterAsync(space, Stop);
        async Task ReadsAsync(ServiceQuery query, int port)
            => await Eventually.SucceedsAsync(async () => Assert.Equal(port, Assert.Single((await backend.ReadAsync(query, Stop)).Instances).Port), mayFail: _ => true, seconds: 10);

        await ReadsAsync(new(one.ServiceName), 8080);
        await ReadsAsync(new(one.ServiceName) { Group = "OTHER" }, 8081);
        await ReadsAsync(new(one.ServiceName) { Namespace = "other" }, 8082);
        Assert.Empty((await elsewhere.ReadAsync(new(one.ServiceName), Stop)).Instances);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task TwoProcesses_WithTheSameInstance_AreListedOnceAndOneGoesOn(string server, NacosTransport transport)
    {
        var node = await servers.NodeAsync(server);
        await using var left = BackendTestKit.Create(transport, node.Address);
        await using var right = BackendTestKit.Create(transport, node.Address);
        await using var consumer = BackendTestKit.Create(transport, node.Address);
        var one = TestKit.Instance($"twice-{transport}", "one");
        await using var probe = new WatchProbe(consumer, new(one.ServiceName));
        await using var keeper = new RegistrationProbe(right, TestKit.Wish(one with { Version = "right" }));
        await probe.UntilAsync(list => list.Instances.Length == 1, Patience, "one", Stop);

        var lease = await left.RegisterAsync(TestKit.Wish(one with { Version = "left" }), Stop);
        await probe.UntilAsync(list => list.Instances is [{ Version: "left" }], Patience, "the one that registered last", Stop);
        await left.DeregisterAsync(lease, Stop);

        await probe.UntilAsync(list => list.Instances is [{ Version: "right" }], Patience, "the one that is left", Stop);
        Assert.All(probe.Seen, list => Assert.InRange(list.Instances.Length, 0, 1));
    }
}
