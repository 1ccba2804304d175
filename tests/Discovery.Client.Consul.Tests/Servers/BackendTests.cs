namespace Discovery.Client.Consul.Tests.Servers;

[Collection(ConsulServers.Alone)]
public sealed class BackendTests(SingleConsul consul)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(ConsulServers.Versions), MemberType = typeof(ConsulServers))]
    public async Task Register_EveryField_IsReadBackEqual(string version)
    {
        var node = await consul.NodeAsync(version);
        await using var backend = BackendTestKit.Create(node.Address);
        var instance = HostileInstances.Full(nameof(Register_EveryField_IsReadBackEqual));

        var lease = await backend.RegisterAsync(TestKit.Wish(instance), Stop);
        var read = await backend.ReadAsync(new(instance.ServiceName), Stop);
        await backend.RenewAsync(lease.Group, Stop);

        Assert.Equal(instance, Assert.Single(read.Instances));
        await backend.DeregisterAsync(lease, Stop);
        Assert.Empty((await backend.ReadAsync(new(instance.ServiceName), Stop)).Instances);
    }

    /// <summary>Consul overwrites without a word.</summary>
    [Theory, MemberData(nameof(ConsulServers.Versions), MemberType = typeof(ConsulServers))]
    public async Task Deregister_AnotherProgramTookTheId_LeavesItsInstance(string version)
    {
        var node = await consul.NodeAsync(version);
        const string Service = nameof(Deregister_AnotherProgramTookTheId_LeavesItsInstance);
        var log = new RecordingLogger();
        await using var first = BackendTestKit.Create(_ => { }, TimeProvider.System, log, node.Address);
        await using var second = BackendTestKit.Create(_ => { }, TimeProvider.System, log, node.Address);
        var lost = await first.RegisterAsync(TestKit.Wish(TestKit.Instance(Service, "same", 8081)), Stop);
        await first.RegisterAsync(TestKit.Wish(TestKit.Instance(Service, "same", 8082)), Stop);
        Assert.Empty(log.Lines);

        var kept = await second.RegisterAsync(TestKit.Wish(TestKit.Instance(Service, "same", 8083)), Stop);
        Assert.Contains("as 10.0.0.1:8082 and becomes 10.0.0.1:8083", Assert.Single(log.Lines).Text, StringComparison.Ordinal);
        await first.DeregisterAsync(lost, Stop);
        Assert.Contains("is left in Consul: another program has registered it as 10.0.0.1:8083", log.Lines.Last().Text, StringComparison.Ordinal);
        Assert.Equal(8083, Assert.Single((await first.ReadAsync(new(Service), Stop)).Instances).Port);

        await second.DeregisterAsync(kept, Stop);
        Assert.Empty((await first.ReadAsync(new(Service), Stop)).Instances);
    }

    /// <summary>An agent that restarts forgets the status of a check that was only registered with it (1.22.5), and keeps one that was told.</summary>
    [Theory, MemberData(nameof(ConsulServers.Versions), MemberType = typeof(ConsulServers))]
    public async Task Register_AgentRestartsBeforeTheFirstRenewal_InstanceIsUp(string version)
    {
        await using var node = await OwnServer.StartAsync(version);
        await using var backend = BackendTestKit.Create(node.Address);
        await backend.RegisterAsync(TestKit.Wish(TestKit.Instance(), 120), Stop);
        await node.RestartAsync(Stop);
        ServiceSnapshot? list = null;
        await Eventually.SucceedsAsync(async () => list = await backend.ReadAsync(new("orders"), Stop));
        Assert.Equal(ServiceStatus.Up, Assert.Single(list!.Instances).Status);
    }

    [Theory, MemberData(nameof(ConsulServers.Versions), MemberType = typeof(ConsulServers)), Trait("Category", "Long")]
    public async Task Register_NeverRenewed_IsRemovedAfterAMinute(string version)
    {
        await using var node = await OwnServer.StartAsync(version);
        await using var backend = BackendTestKit.Create(node.Address);
        await backend.RegisterAsync(TestKit.Wish(TestKit.Instance(), 1), Stop);
        await using var lists = backend.WatchAsync(new("orders"), null, Stop).GetAsyncEnumerator(Stop);
        await lists.UntilAsync(list => list.Instances is [{ Status: ServiceStatus.Down }]);
        await lists.UntilAsync(list => list.Instances.IsEmpty, seconds: 120);
    }
}
