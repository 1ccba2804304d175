using Discovery.Client.Servers;

namespace Discovery.Client.Consul.Tests.Servers;

/// <summary>Other people's clients: we see what they register, and they see what we register.</summary>
[Collection(ConsulServers.Alone)]
public sealed class InteropTests(SingleConsul consul)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("interop-go", "consulapi")]
    [InlineData("interop-go", "kratos")]
    [InlineData("interop-go", "kitex")]
    [InlineData("interop-go", "gomicro")]
    [InlineData("interop-java", "springcloud")]
    public async Task Interop_TheirInstance_IsSeenAndGoesWhenItEnds(string program, string client)
    {
        var node = await consul.NodeAsync();
        await using var backend = BackendTestKit.Create(node.Address);
        var service = $"theirs-{client}";
        using var port = PortLease.Take(0);
        await using var lists = backend.WatchAsync(new(service), null, Stop).GetAsyncEnumerator(Stop);
        await lists.UntilAsync(list => list.Instances.IsEmpty);

        await using var peer = await OrSkip(InteropPeer.RegisterAsync(
            program, client, $"consul://127.0.0.1:{node.Port}", service, $"127.0.0.1:{port.Port}", ["--meta", "zone=z1", "--meta", "color=blue"], Stop));
        var seen = (await lists.UntilAsync(list => list.Instances is [{ Status: ServiceStatus.Up }], seconds: 60)).Instances[0];
        Assert.Equal(("127.0.0.1", port.Port, "z1", "blue"), (seen.Host, seen.Port, seen.Zone, seen.Metadata["color"]));
        Assert.Equal(client switch { "kratos" or "gomicro" => "v1.0.0", _ => null }, seen.Version);
        Assert.Equal(client switch { "kratos" => "grpc", "springcloud" => "http", _ => null }, seen.Scheme);

        await peer.StopAsync();
        await lists.UntilAsync(list => list.Instances.IsEmpty);
    }

    [Theory]
    [InlineData("interop-go", "consulapi", null)]
    [InlineData("interop-go", "kratos", "grpc")]
    [InlineData("interop-go", "kitex", null)]
    [InlineData("interop-go", "gomicro", null)]
    [InlineData("interop-java", "springcloud", "http")]
    public async Task Interop_OurInstance_IsSeenByThemAndGoesWhenItEnds(string program, string client, string? scheme)
    {
        var node = await consul.NodeAsync();
        await using var backend = BackendTestKit.Create(node.Address);
        var service = $"ours-{client}";
        await using var peer = await OrSkip(InteropPeer.WatchAsync(program, client, $"consul://127.0.0.1:{node.Port}", service));
        var one = TestKit.Instance(service, "one", 8081) with { Scheme = scheme, Zone = "z1", Version = "2" };
        var first = await backend.RegisterAsync(TestKit.Wish(one, 120), Stop);
        await peer.WaitForAddressesAsync(["10.0.0.1:8081"], TimeSpan.FromSeconds(60), Stop);
        var second = await backend.RegisterAsync(TestKit.Wish(one with { InstanceId = "two", Port = 8082, Status = ServiceStatus.Up }, 120), Stop);
        await peer.WaitForAddressesAsync(["10.0.0.1:8081", "10.0.0.1:8082"], TimeSpan.FromSeconds(60), Stop);
        await backend.DeregisterAsync(second, Stop);
        await peer.WaitForAddressesAsync(["10.0.0.1:8081"], TimeSpan.FromSeconds(60), Stop);
        await backend.DeregisterAsync(first, Stop);
    }

    private static async Task<InteropPeer> OrSkip(Task<InteropPeer> start)
    {
        try
        {
            return await start;
        }
        catch (ServerUnavailableException missing)
        {
            Assert.Skip(missing.Message);
            throw;
        }
    }
}
