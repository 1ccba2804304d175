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

        var lease = await backend.RegisterAsync(BackendTestKit.Wish(instance), Stop);
        var read = await backend.ReadAsync(new(instance.ServiceName), Stop);
        await backend.RenewAsync(lease.Group, Stop);

        Assert.Equal(instance, Assert.Single(read.Instances));
        await backend.DeregisterAsync(lease, Stop);
        Assert.Empty((await backend.ReadAsync(new(instance.ServiceName), Stop)).Instances);
    }
}
