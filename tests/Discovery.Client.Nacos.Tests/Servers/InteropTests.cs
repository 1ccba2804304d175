using Discovery.Client.Servers;

namespace Discovery.Client.Nacos.Tests.Servers;

/// <summary>Other people's clients: we see what they register, and they see what we register, over both transports.</summary>
[Collection(NacosServers.Alone)]
[Trait("Category", NacosServers.LongForm)]
public sealed class InteropTests(SingleNacos servers)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Which client of whose program, on which server.</summary>
    public static TheoryData<string, string, string> Clients { get; } = new(
        from client in ((string, string)[])
            [("interop-go", "nacosgo"), ("interop-go", "kratos"), ("interop-go", "kitex"), ("interop-java", "springcloud"), ("interop-java", "nacosjava2"), ("interop-java", "nacosjava3")]
        from server in NacosServers.Versions.Select(row => row.Data)
        select (server, client.Item1, client.Item2));

    /// <summary>Kratos writes the scheme behind the name.</summary>
    private static string Listed(string client, string service) => client == "kratos" ? service + ".grpc" : service;

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task Interop_TheirInstance_IsSeenAndGoesWhenItEnds(string server, string program, string client)
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

        await using var peer = await Missing.Skips(InteropPeer.RegisterAsync(
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

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task Interop_OurInstances_AreSeenByThem(string server, string program, string client)
    {
        var node = await servers.NodeAsync(server);
        var service = $"ours-{client}";
        await using var http = BackendTestKit.Create(NacosTransport.Http, node.Address);
        await using var grpc = BackendTestKit.Create(NacosTransport.Grpc, node.Address);
        await using var peer = await Missing.Skips(InteropPeer.WatchAsync(program, client, $"nacos://127.0.0.1:{node.Port}", service));
        var one = TestKit.Instance(Listed(client, service), "one", 8081) with { Zone = "z1", Version = "2" };

        var first = await http.RegisterAsync(TestKit.Wish(one, 120), Stop);
        await peer.WaitForAddressesAsync(["10.0.0.1:8081"], Patience, Stop);
        var second = await grpc.RegisterAsync(TestKit.Wish(one with { InstanceId = "two", Port = 8082 }, 120), Stop);
        await peer.WaitForAddressesAsync(["10.0.0.1:8081", "10.0.0.1:8082"], Patience, Stop);
        await http.RegisterAsync(TestKit.Wish(one with { Status = ServiceStatus.OutOfService }, 120), Stop);

        // Kratos takes weight 0 for any other, and the subscription of the Go client gives all there are. To the others the instance is gone, and that it really goes is no news.
        var isToldOfWeight = client is not ("kratos" or "nacosgo");
        if (isToldOfWeight)
        {
            await peer.WaitForAddressesAsync(["10.0.0.1:8082"], Patience, Stop);
        }

        await http.DeregisterAsync(first, Stop);
        if (!isToldOfWeight)
        {
            await peer.WaitForAddressesAsync(["10.0.0.1:8082"], Patience, Stop);
        }

        await grpc.DeregisterAsync(second, Stop);
    }
}
