using Discovery.Client.Servers;

namespace Discovery.Client.Etcd.Tests.Servers;

/// <summary>Lists that are long, slow, or change while they are read.</summary>
public sealed class RangeReaderTests
{
    private static readonly string[] Reads = ["grpc_server_handled_total", "grpc_method=\"Range\"", "grpc_service=\"etcdserverpb.KV\""];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Read_MoreThanARequestsTimeOfBytes_ArrivesInSmallerPages()
    {
        await using var node = await OwnServer.StartAsync();
        await using var proxies = await Toxiproxy.StartAsync(Stop);
        await using var proxy = await proxies.CreateProxyAsync(node.Port, Stop);
        using var admin = new EtcdAdmin(node.Address);
        var value = new string('x', 8000);
        for (var i = 0; i < 300; i++)
        {
            await admin.PutAsync($"/services/orders/{i:000}", value);
        }

        await proxy.AddAsync("bandwidth", "downstream", new() { ["rate"] = 400 }, Stop);
        await using var backend = BackendTestKit.Create(options => options.RequestTimeout = TimeSpan.FromSeconds(4), proxy.Address);
        var connection = backend.Parts.Client.Connections.Current;
        connection.Pages.Size = 300;

        var content = await RangeReader.ReadAsync(backend.Parts, backend.Parts.Layout.Service("orders"), keysOnly: false, Stop);

        Assert.Equal(300, content.Records.Select(record => record.Key).Distinct().Count());
        Assert.Same(connection, backend.Parts.Client.Connections.Current);
    }

    [Fact]
    public async Task Read_AnswerOfMoreThanFourMebibytes_Arrives()
    {
        await using var node = await OwnServer.StartAsync();
        using var admin = new EtcdAdmin(node.Address);
        for (var i = 0; i < 5; i++)
        {
            await admin.PutAsync($"/services/orders/{i}", new string('x', 1_000_000));
        }

        await using var backend = BackendTestKit.Create(node.Address);
        Assert.Equal(5, (await RangeReader.ReadAsync(backend.Parts, backend.Parts.Layout.Service("orders"), keysOnly: false, Stop)).Records.Count);
    }

    [Theory]
    [InlineData(false, 120)]
    [InlineData(true, 121)]
    public async Task Read_WrittenBetweenPages_IsOneRevision(bool compacted, int expected)
    {
        await using var node = await OwnServer.StartAsync();
        await using var proxies = await Toxiproxy.StartAsync(Stop);
        await using var proxy = await proxies.CreateProxyAsync(node.Port, Stop);
        using var admin = new EtcdAdmin(node.Address);
        for (var i = 0; i < 120; i++)
        {
            await admin.PutAsync($"/services/orders/{i:000}", "{}");
        }

        await using var backend = BackendTestKit.Create(proxy.Address);
        await backend.ReadAsync(new("others"), Stop);
        backend.Parts.Client.Connections.Current.Pages.Size = 50;
        await proxy.DelayAsync(TimeSpan.FromSeconds(1.5), Stop);
        var before = await admin.MetricAsync(Reads);
        var reading = RangeReader.ReadAsync(backend.Parts, backend.Parts.Layout.Service("orders"), keysOnly: true, Stop);
        await Eventually.SucceedsAsync(async () => Assert.True(await admin.MetricAsync(Reads) > before), mayFail: _ => true);
        await admin.PutAsync("/services/orders/999", "{}");
        if (compacted)
        {
            await admin.CompactAsync();
        }

        Assert.Equal(expected, (await reading).Records.Count);
    }
}
