using Discovery.Client.Servers;

namespace Discovery.Client.Nacos.Tests.Servers;

/// <summary>Other people's clients: we see what they register, and they see what we register, over both transports.</summary>
[Collection(NacosServers.Alone)]
[Trait("Category", NacosServers.LongForm)]
public sealed class InteropTests(SingleNacos servers)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("nacos2", "interop-go", "nacosgo")]
    [InlineData("nacos3", "interop-java", "nacosjava3")]
    public Task Interop_TheirInstance_IsSeenAndGoesWhenItEnds(string server, string program, string client) => TheirInstanceIsSeenAsync(server, program, client);

    [Theory]
    [InlineData("nacos3", "interop-go", "nacosgo")]
    [InlineData("nacos2", "interop-go", "kratos")]
    [InlineData("nacos3", "interop-go", "kratos")]
    [InlineData("nacos2", "interop-go", "kitex")]
    [InlineData("nacos3", "interop-go", "kitex")]
    [InlineData("nacos2", "interop-java", "springcloud")]
    [InlineData("nacos3", "interop-java", "springcloud")]
    [InlineData("nacos2", "interop-java", "nacosjava2")]
    [InlineData("nacos3", "interop-java", "nacosjava2")]
    [InlineData("nacos2", "interop-java", "nacosjava3")]
    [Trait("Category", NacosServers.LongForm)]
    public Task Interop_TheirInstanceElsewhere_IsSeenAndGoesWhenItEnds(string server, string program, string client) => TheirInstanceIsSeenAsync(server, program, client);

    [Theory]
    [InlineData("nacos2", "interop-go", "nacosgo")]
    [InlineData("nacos3", "interop-java", "nacosjava3")]
    public Task Interop_OurInstances_AreSeenByThem(string server, string program, string client) => OurInstancesAreSeenAsync(server, program, client);

    [Theory]
    [InlineData("nacos3", "interop-go", "nacosgo")]
    [InlineData("nacos2", "interop-go", "kratos")]
    [InlineData("nacos3", "interop-go", "kratos")]
    [InlineData("nacos2", "interop-go", "kitex")]
    [InlineData("nacos3", "interop-go", "kitex")]
    [InlineData("nacos2", "interop-java", "springcloud")]
    [InlineData("nacos3", "interop-java", "springcloud")]
    [InlineData("nacos2", "interop-java", "nacosjava2")]
    [InlineData("nacos3", "interop-java", "nacosjava2")]
    [InlineData("nacos2", "interop-java", "nacosjava3")]
    [Trait("Category", NacosServers.LongForm)]
    public Task Interop_OurInstances_AreSeenByThemElsewhere(string server, string program, string client) => OurInstancesAreSeenAsync(server, program, client);

    /// <summary>Kratos writes the scheme behind the name.</summary>
    private static string Listed(string client, string service) => client == "kratos" ? service + ".grpc" : service;

    private async Task TheirInstanceIsSeenAsync(string server, string program, string client)
    {
        var node = await servers.NodeAsync(server);
        var service = $"theirs-{client}";
        using var port = PortLease.Take();
        await using var http = BackendTestKit.Create(NacosTransport.Http, node.Address);
        await using var grpc = BackendTestKit.Create(NacosTransport.Grpc, node.Address);
        await using var polled = http.WatchAsync(new(Listed(client, service)), null, Stop).GetAsyncEnumerator(Stop);
        await using var pushed = grpc.WatchAsync(new(Listed(client, service)), null, Stop).GetAsyncEnumerator(Stop);
        await polled.UntilAsync(list => list.Instances.IsEmpty);
        await pushed.UntilAsync(list => list.Instances.IsEmpty);

        await using var peer = await OwnServer.OrSkip(InteropPeer.RegisterAsync(
            program, client, $"nacos://127.0.0.1:{node.Port}", service, $"127.0.0.1:{port.Port}", ["--meta", "zone=z1", "--meta", "color=blue"], Stop));
        var seen = (await polled.UntilAsync(list => list.Instances is [{ Status: ServiceStatus.Up }], seconds: 60)).Instances[0];
        Assert.Equal(("127.0.0.1", port.Port, "z1", "blue"), (seen.Host, seen.Port, seen.Zone, seen.Metadata["color"]));
        Assert.Equal(client == "kratos" ? "grpc" : null, seen.Scheme);
        Assert.True(seen.Weight > 0);
        Assert.Equal(seen, (await pushed.UntilAsync(list => list.Instances.Length == 1, seconds: 60)).Instances[0]);

        await peer.StopAsync();
        await polled.UntilAsync(list => list.Instances.IsEmpty);
        await pushed.UntilAsync(list => list.Instances.IsEmpty);
    }

    private async Task OurInstancesAreSeenAsync(string server, string program, string client)
    {
        var node = await servers.NodeAsync(server);
        var service = $"ours-{client}";
        await using var http = BackendTestKit.Create(NacosTransport.Http, node.Address);
        await using var grpc = BackendTestKit.Create(NacosTransport.Grpc, node.Address);
        await using var peer = await OwnServer.OrSkip(InteropPeer.WatchAsync(program, client, $"nacos://127.0.0.1:{node.Port}", service));
        var one = TestKit.Instance(Listed(client, service), "one", 8081) with { Zone = "z1", Version = "2" };

        var first = await http.RegisterAsync(TestKit.Wish(one, 120), Stop);
        await peer.WaitForAddressesAsync(["10.0.0.1:8081"], Patience, Stop);
        var second = await grpc.RegisterAsync(TestKit.Wish(one with { InstanceId = "two", Port = 8082 }, 120), Stop);
        await peer.WaitForAddressesAsync(["10.0.0.1:8081", "10.0.0.1:8082"], Patience, Stop);
        await http.RegisterAsync(TestKit.Wish(one with { Status = ServiceStatus.OutOfService }, 120), Stop);
        if (client is not ("kratos" or "nacosgo"))
        {
            // Kratos takes weight 0 for any other, and the subscription of the Go client gives all there are.
            await peer.WaitForAddressesAsync(["10.0.0.1:8082"], Patience, Stop);
        }

        await http.DeregisterAsync(first, Stop);
        await peer.WaitForAddressesAsync(["10.0.0.1:8082"], Patience, Stop);
        await grpc.DeregisterAsync(second, Stop);
    }
}
