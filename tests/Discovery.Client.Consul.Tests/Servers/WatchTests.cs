namespace Discovery.Client.Consul.Tests.Servers;

/// <summary>Watches on servers that stay up.</summary>
[Collection(ConsulServers.Alone)]
public sealed class WatchTests(SingleConsul consul)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(ConsulServers.Versions), MemberType = typeof(ConsulServers))]
    public async Task Watch_EachStatus_IsSeenAndReversible(string version)
    {
        var node = await consul.NodeAsync(version);
        await using var backend = BackendTestKit.Create(node.Address);
        var instance = TestKit.Instance(nameof(Watch_EachStatus_IsSeenAndReversible));
        await using var lists = backend.WatchAsync(new(instance.ServiceName), null, Stop).GetAsyncEnumerator(Stop);
        await lists.UntilAsync(list => list.Instances.IsEmpty);
        foreach (var status in new[] { ServiceStatus.Starting, ServiceStatus.Up, ServiceStatus.Warning, ServiceStatus.OutOfService, ServiceStatus.Down, ServiceStatus.Up })
        {
            var lease = await backend.RegisterAsync(TestKit.Wish(instance with { Status = status }), Stop);
            await lists.UntilAsync(list => list.Instances is [var seen] && seen.Status == status);
            await backend.RenewAsync(lease.Group, Stop);
            Assert.Equal(status, Assert.Single((await backend.ReadAsync(new(instance.ServiceName), Stop)).Instances).Status);
        }
    }

    [Theory]
    [InlineData("orders-in-case")]
    [InlineData("Orders-In-Case")]
    [InlineData("a//b")]
    [InlineData("..")]
    [InlineData("/lead/../trail/")]
    [InlineData("Grüße 日本 %2F?a#b&c=d")]
    [InlineData("~2f🚀")]
    public async Task Watch_HostileNames_NeverMeet(string name)
    {
        foreach (var version in new[] { ConsulServers.Newest, ConsulServers.Oldest })
        {
            var node = await consul.NodeAsync(version);
            await using var backend = BackendTestKit.Create(node.Address);
            await backend.RegisterAsync(TestKit.Wish(TestKit.Instance(name)), Stop);
            var list = await backend.ReadAsync(new(name), Stop);
            Assert.Equal(name, Assert.Single(list.Instances).ServiceName);
            await foreach (var names in backend.WatchNamesAsync(Stop))
            {
                Assert.Contains(name, names);
                break;
            }
        }
    }

    [Fact]
    public async Task Watch_LongestNames_AreKept()
    {
        var name = string.Concat(Enumerable.Repeat("日", ServiceName.MaxLength));
        foreach (var version in new[] { ConsulServers.Newest, ConsulServers.Oldest })
        {
            var node = await consul.NodeAsync(version);
            await using var backend = BackendTestKit.Create(node.Address);
            var lease = await backend.RegisterAsync(TestKit.Wish(TestKit.Instance(name, name)), Stop);
            await backend.RenewAsync(lease.Group, Stop);
            Assert.Equal(name, Assert.Single((await backend.ReadAsync(new(name), Stop)).Instances).InstanceId);
            await backend.DeregisterAsync(lease, Stop);
        }
    }

    [Theory, MemberData(nameof(ConsulServers.Versions), MemberType = typeof(ConsulServers))]
    public async Task Watch_OneInstanceChanges_TheOthersStayTheSameObjects(string version)
    {
        var node = await consul.NodeAsync(version);
        await using var backend = BackendTestKit.Create(node.Address);
        var service = nameof(Watch_OneInstanceChanges_TheOthersStayTheSameObjects);
        for (var i = 0; i < 3; i++)
        {
            await backend.RegisterAsync(TestKit.Wish(TestKit.Instance(service, $"i{i}")), Stop);
        }

        await using var lists = backend.WatchAsync(new(service), null, Stop).GetAsyncEnumerator(Stop);
        var before = await lists.UntilAsync(list => list.Instances.Length == 3);
        await backend.RegisterAsync(TestKit.Wish(TestKit.Instance(service, "i1", port: 9)), Stop);
        var after = await lists.UntilAsync(list => list.Instances[1].Port == 9);
        Assert.Same(before.Instances[0], after.Instances[0]);
        Assert.NotSame(before.Instances[1], after.Instances[1]);
        Assert.Same(before.Instances[2], after.Instances[2]);
        Assert.True(before.Version.IsOlderThan(after.Version));
    }

    [Fact]
    public async Task Watch_NothingChanges_YieldsTheSameObjectWhenTheWaitIsOver()
    {
        var node = await consul.NodeAsync();
        await using var backend = BackendTestKit.Create(o => o.WaitTime = TimeSpan.FromSeconds(1), node.Address);
        var service = nameof(Watch_NothingChanges_YieldsTheSameObjectWhenTheWaitIsOver);
        await backend.RegisterAsync(TestKit.Wish(TestKit.Instance(service)), Stop);
        await using var lists = backend.WatchAsync(new(service), null, Stop).GetAsyncEnumerator(Stop);
        var first = await lists.UntilAsync(_ => true);
        Assert.Same(first, await lists.UntilAsync(_ => true));
        Assert.Same(first, await lists.UntilAsync(_ => true));
    }

    [Theory, MemberData(nameof(ConsulServers.Versions), MemberType = typeof(ConsulServers))]
    public async Task Renew_UnknownCheck_LeaseIsLostAndDeregisteringIsNoError(string version)
    {
        var node = await consul.NodeAsync(version);
        await using var backend = BackendTestKit.Create(node.Address);
        var lease = await backend.RegisterAsync(TestKit.Wish(TestKit.Instance(nameof(Renew_UnknownCheck_LeaseIsLostAndDeregisteringIsNoError))), Stop);
        await backend.DeregisterAsync(lease, Stop);
        await Assert.ThrowsAsync<LeaseLostException>(async () => await backend.RenewAsync(lease.Group, Stop));
        await backend.DeregisterAsync(lease, Stop);
    }

    [Fact]
    public async Task Watch_Cancelled_EndsAtOnceAndKeepsNoSlotFromOthers()
    {
        var node = await consul.NodeAsync(ConsulServers.Oldest);
        await using var backend = BackendTestKit.Create(o => o.MaxConcurrentQueries = 2, node.Address);
        var service = nameof(Watch_Cancelled_EndsAtOnceAndKeepsNoSlotFromOthers);
        await backend.RegisterAsync(TestKit.Wish(TestKit.Instance(service)), Stop);
        for (var i = 0; i < 2; i++)
        {
            using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Stop);
            await using var lists = backend.WatchAsync(new(service), null, cancel.Token).GetAsyncEnumerator(cancel.Token);
            await lists.UntilAsync(list => list.Instances.Length == 1);
            var next = lists.MoveNextAsync().AsTask();
            await cancel.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next.WaitAsync(TimeSpan.FromSeconds(2), Stop));
        }

        await using var third = backend.WatchAsync(new(service), null, Stop).GetAsyncEnumerator(Stop);
        await third.UntilAsync(list => list.Instances.Length == 1, seconds: 3);
    }
}
