namespace Discovery.Client.Consul.Tests.Servers;

/// <summary>Three servers, some of them gone.</summary>
public sealed class ClusterTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(ConsulServers.Versions), MemberType = typeof(ConsulServers))]
    public async Task Cluster_AgentInUseKilled_WatchAndRegistrationMoveToAnother(string version)
    {
        await using var cluster = await OwnServer.StartClusterAsync(version);
        await using var backend = BackendTestKit.Create([.. cluster.Nodes.Select(node => node.Address)]);
        var wish = TestKit.Wish(TestKit.Instance());
        var lease = await backend.RegisterAsync(wish, Stop);
        await using (var lists = backend.WatchAsync(new("orders"), null, Stop).GetAsyncEnumerator(Stop))
        {
            await lists.UntilAsync(list => list.Instances.Length == 1);
            await cluster.Nodes[0].KillAsync();
            var error = await Assert.ThrowsAsync<RegistryException>(async () => await lists.UntilAsync(_ => false, seconds: 60));
            Assert.Equal(cluster.Nodes[0].Address.Authority, error.Connection);
        }

        // The heartbeat belongs to the agent that is gone; registering again goes to one that is there and gives the same instance, not a second one.
        Assert.NotNull((await Assert.ThrowsAsync<RegistryException>(async () => await backend.RenewAsync(lease.Group, Stop))).Connection);
        await Eventually.SucceedsAsync(async () => lease = await backend.RegisterAsync(wish, Stop));
        await Eventually.SucceedsAsync(async () => await backend.RenewAsync(lease.Group, Stop));
        await Eventually.SucceedsAsync(async () =>
        {
            await using var again = backend.WatchAsync(new("orders"), null, Stop).GetAsyncEnumerator(Stop);
            await again.UntilAsync(list => list.Instances is [{ InstanceId: "orders-10.0.0.1-8080", Status: ServiceStatus.Up }]);
        });
    }

    [Theory, MemberData(nameof(ConsulServers.Versions), MemberType = typeof(ConsulServers))]
    public async Task Cluster_NoLeader_IsAnErrorAndNeitherEmptinessNorALostLease(string version)
    {
        await using var cluster = await OwnServer.StartClusterAsync(version);
        await using var backend = BackendTestKit.Create(o => (o.WaitTime, o.RequestTimeout) = (TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(20)), cluster.Nodes[0].Address);
        var lease = await backend.RegisterAsync(TestKit.Wish(TestKit.Instance()), Stop);
        await using (var lists = backend.WatchAsync(new("orders"), null, Stop).GetAsyncEnumerator(Stop))
        {
            await lists.UntilAsync(list => list.Instances.Length == 1);
            await cluster.Nodes[1].KillAsync();
            await cluster.Nodes[2].KillAsync();
            var error = await Assert.ThrowsAsync<RegistryException>(async () => await lists.UntilAsync(list => list.Instances.IsEmpty, seconds: 60));
            Assert.True(error.IsTransient);
        }

        Assert.True((await Assert.ThrowsAsync<RegistryException>(async () => await backend.ReadAsync(new("orders"), Stop))).IsTransient);
        try
        {
            await backend.RenewAsync(lease.Group, Stop);
        }
        catch (RegistryException late)
        {
            Assert.False(late is LeaseLostException);
            Assert.True(late.IsTransient);
        }

        await cluster.Nodes[1].RestartAsync(Stop);
        await Eventually.SucceedsAsync(async () => await backend.RenewAsync(lease.Group, Stop));
        await Eventually.SucceedsAsync(async () => Assert.Single((await backend.ReadAsync(new("orders"), Stop)).Instances));
    }
}
