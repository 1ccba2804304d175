using Discovery.Client.Conformance;

namespace Discovery.Client.Etcd.Tests.Servers;

/// <summary>The one connection of a process.</summary>
public sealed class ConnectionTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Calls_MoreThanTheServersStreams_ShareOneConnection()
    {
        await using var node = await OwnServer.StartAsync(EtcdServers.Newest, "--max-concurrent-streams", "4");
        await using var proxy = new StallingProxy(node.Port);
        await using var backend = BackendTestKit.Create(options => options.RequestTimeout = TimeSpan.FromSeconds(30), proxy.Address);
        await backend.ReadAsync(new("orders"), Stop);

        await Task.WhenAll(Enumerable.Range(0, 100).Select(i => backend.ReadAsync(new($"s{i}"), Stop).AsTask()));

        Assert.Equal(1, proxy.Count);
    }

    [Fact]
    public async Task Ping_NothingUnderWay_IsNotSent()
    {
        await using var node = await OwnServer.StartAsync();
        await using var proxy = new StallingProxy(node.Port);
        await using var backend = BackendTestKit.Create(options => options.PingInterval = TimeSpan.FromSeconds(1), proxy.Address);
        await using var busyProxy = new StallingProxy(node.Port);
        await using var busy = BackendTestKit.Create(options => options.PingInterval = TimeSpan.FromSeconds(1), busyProxy.Address);
        await using var probe = new WatchProbe(busy, new("orders"));
        await probe.UntilAsync(_ => true, TimeSpan.FromSeconds(20), "a list", Stop);
        await backend.ReadAsync(new("orders"), Stop);

        // The pings of a connection with a watch are the clock; the first is for what still belongs to the answer.
        await PingedAsync(busyProxy, 1);
        var before = proxy.Sent;
        await PingedAsync(busyProxy, 4);

        Assert.Equal(before, proxy.Sent);
    }

    [Fact]
    public async Task Write_ThrowsWhatTheTransportThrew_IsTypedAndTheMemberIsLeft()
    {
        await using var backend = BackendTestKit.Create(new Uri("http://127.0.0.1:1"), new Uri("http://127.0.0.1:2"));
        var client = backend.Parts.Client;
        var connection = client.Connections.Current;

        var error = client.ToException("Writing", connection, new IOException("The request was aborted."));

        Assert.True(error.IsTransient);
        Assert.Equal("127.0.0.1:1", error.Connection);
        Assert.Equal(2, client.Connections.Current.Endpoint.Port);
    }

    private static async Task PingedAsync(StallingProxy proxy, int times)
    {
        for (var i = 0; i < times; i++)
        {
            var sent = proxy.Sent;
            await Eventually.TrueAsync(() => proxy.Sent > sent, "a ping", seconds: 20);
        }
    }
}
