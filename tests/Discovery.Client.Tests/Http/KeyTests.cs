using Discovery.Client.Selection;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Discovery.Client.Tests.Http;

public sealed class KeyTests : IAsyncDisposable
{
    private readonly HttpWorld _world = new([.. Enumerable.Range(1, 9).Select(number => HttpWorld.Instance(number))]);

    public KeyTests() => _world.Configure(options =>
    {
        options.Selector = SelectorNames.ConsistentHash;
        options.Selection.ConsistentHash.LoadFactor = 0;
        options.Selection.Key = new KeyOptions { Header = "X-Customer", Cookie = "customer" };
    });

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task Key_FromAnySource_OneInstance()
    {
        using var client = _world.Client();
        for (var customer = 0; customer < 20; customer++)
        {
            var key = $"customer-{customer}";
            using var pick = await _world.Provider.GetRequiredService<IDiscoveryClient>().PickAsync("greeter", new PickOptions { HashKey = key }, TestContext.Current.CancellationToken);
            using var other = await _world.Provider.GetRequiredService<IDiscoveryClient>().PickAsync(
                "greeter", new PickOptions { Headers = new Dictionary<string, string> { ["x-customer"] = key } }, TestContext.Current.CancellationToken);

            Assert.Same(pick.Node, other.Node);
            Assert.Equal(pick.Instance.Host, await HostAsync(client, request => request.SetHashKey(key)));
            Assert.Equal(pick.Instance.Host, await HostAsync(client, request => request.Options.Set(DiscoveryRequestOptions.HashKey, key)));
            Assert.Equal(pick.Instance.Host, await HostAsync(client, request => request.Headers.Add("X-Customer", key)));
            Assert.Equal(pick.Instance.Host, await HostAsync(client, request => request.Headers.Add("Cookie", $"a=b; customer={key}")));
            Assert.Equal(pick.Instance.Host, await HostAsync(client, request =>
            {
                request.SetHashKey(key);
                request.Headers.Add("X-Customer", "somebody-else");
            }));
        }
    }

    [Fact]
    public async Task Key_None_AnyInstance()
    {
        using var client = _world.Client();
        var hosts = new HashSet<string>();
        for (var i = 0; i < 50; i++)
        {
            hosts.Add(await HostAsync(client, _ => { }));
        }

        Assert.True(hosts.Count > 3);
    }

    [Fact]
    public async Task Header_OfARequest_TakesTheRoute()
    {
        await using var world = new HttpWorld(HttpWorld.Instance(1), HttpWorld.Instance(2) with { Version = "2" });
        world.Configure(options => options.Selection.Routing.Routes["canary"] = new RouteOptions { Match = { Version = "2" }, Header = "X-Canary" });
        using var client = world.Client();
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal("10.0.0.2", await HostAsync(world, client, request => request.Headers.Add("X-Canary", "1")));
            Assert.Equal("10.0.0.1", await HostAsync(world, client, _ => { }));
        }
    }

    private Task<string> HostAsync(HttpClient client, Action<HttpRequestMessage> prepare) => HostAsync(_world, client, prepare);

    private static async Task<string> HostAsync(HttpWorld world, HttpClient client, Action<HttpRequestMessage> prepare)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://greeter/");
        prepare(request);
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return new Uri(world.Transport.Sent[^1]).Host;
    }
}
