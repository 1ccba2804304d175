namespace Discovery.Client.Consul.Tests.Servers;

/// <summary>Datacenters and namespaces, as far as one free server has them.</summary>
[Collection(ConsulServers.Alone)]
public sealed class DatacenterTests(SingleConsul consul)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(ConsulServers.Versions), MemberType = typeof(ConsulServers))]
    public async Task Read_Datacenter_TheOwnIsReadAndAnUnknownOneIsAnError(string version)
    {
        var node = await consul.NodeAsync(version);
        await using var backend = BackendTestKit.Create(o => o.Datacenter = "dc1", node.Address);
        var instance = TestKit.Instance(nameof(Read_Datacenter_TheOwnIsReadAndAnUnknownOneIsAnError));
        await backend.RegisterAsync(TestKit.Wish(instance), Stop);
        Assert.Single((await backend.ReadAsync(new(instance.ServiceName), Stop)).Instances);
        await using var lists = backend.WatchAsync(new(instance.ServiceName), null, Stop).GetAsyncEnumerator(Stop);
        await lists.UntilAsync(list => list.Instances.Length == 1);

        var elsewhere = new ServiceQuery(instance.ServiceName) { Datacenter = "nowhere" };
        Assert.Contains("datacenter", (await Assert.ThrowsAsync<RegistryException>(async () => await backend.ReadAsync(elsewhere, Stop))).Message, StringComparison.OrdinalIgnoreCase);
        await Assert.ThrowsAsync<RegistryException>(async () => await backend.WatchAsync(elsewhere, null, Stop).GetAsyncEnumerator(Stop).MoveNextAsync());
    }

    [Theory, MemberData(nameof(ConsulServers.Versions), MemberType = typeof(ConsulServers))]
    public async Task Namespace_OnTheFreeEdition_IsARefusalThatIsNotTransient(string version)
    {
        var node = await consul.NodeAsync(version);
        await using var backend = BackendTestKit.Create(node.Address);
        var error = await Assert.ThrowsAsync<RegistryException>(async () => await backend.ReadAsync(new("s") { Namespace = "team" }, Stop));
        Assert.False(error.IsTransient);
        Assert.Contains("Enterprise", error.Message, StringComparison.Ordinal);
        Assert.False((await Assert.ThrowsAsync<RegistryException>(async () => await backend.RegisterAsync(TestKit.Wish(TestKit.Instance()) with { Namespace = "team" }, Stop))).IsTransient);
    }
}
