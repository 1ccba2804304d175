using System.Collections.Immutable;
using Discovery.Client.Selection;
using Discovery.Client.Tests.Http;
using Discovery.Client.Tests.Simulation;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Discovery.Client.Tests.Selection;

/// <summary>A filter and a selector as a user writes them: the two nested classes at the end use nothing but the public API.</summary>
public sealed class OwnSelectorTests
{
    [Fact]
    public async Task Filter_OfOnesOwn_NarrowsTheNodes()
    {
        await using var world = World();

        var view = await world.ViewAsync();

        Assert.Equal(["2", "4", "6", "8"], view.Nodes.Select(node => node.Node.Instance.InstanceId));
        Assert.Equal(8, view.Instances.Length);
    }

    [Fact]
    public async Task Selector_OfOnesOwn_SendsAKeyToOneInstance()
    {
        await using var world = World();
        var client = world.Provider.GetRequiredService<IDiscoveryClient>();

        var byKey = new Dictionary<string, string>();
        for (var i = 0; i < 200; i++)
        {
            var key = $"customer-{i % 20}";
            using var pick = await client.PickAsync("greeter", new PickOptions { HashKey = key }, TestContext.Current.CancellationToken);
            Assert.Equal(byKey.GetValueOrDefault(key, pick.Instance.InstanceId), pick.Instance.InstanceId);
            byKey[key] = pick.Instance.InstanceId;
        }

        Assert.Equal(4, byKey.Values.Distinct().Count());
    }

    [Fact]
    public async Task Selector_OfOnesOwn_SeesTheKeyOfAnHttpRequest()
    {
        await using var world = World();
        using var client = world.Client();

        for (var i = 0; i < 30; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "http://greeter/");
            request.SetHashKey("customer-7");
            await client.SendAsync(request, TestContext.Current.CancellationToken);
        }

        Assert.Single(world.Transport.Authorities.Distinct());
    }

    [Fact]
    public async Task Selector_OfOnesOwn_RetryStillGoesElsewhere()
    {
        await using var world = World();
        world.Transport = new StubTransport((_, _) => throw new HttpRequestException(HttpRequestError.ConnectionError, "refused"));
        using var client = world.Client();
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://greeter/");
        request.SetHashKey("customer-7");

        await Assert.ThrowsAsync<HttpRequestException>(() => client.SendAsync(request, TestContext.Current.CancellationToken));

        // Four are here; the fifth and last attempt goes to one that the filter left out.
        Assert.Equal(["10.0.0.2:8080", "10.0.0.4:8080", "10.0.0.6:8080", "10.0.0.8:8080"], world.Transport.Authorities[..4].Order());
        Assert.Equal(5, world.Transport.Authorities.Distinct().Count());
        Assert.Equal(5, world.Transport.Sent.Count);
    }

    [Fact]
    public async Task Picker_ThatThrows_IsToldOnceAMinuteAndAnotherPicks()
    {
        var log = new LogRecorder();
        await using var world = new HttpWorld([.. Enumerable.Range(1, 3).Select(i => HttpWorld.Instance(i))]);
        world.Services.AddLogging(logging => logging.AddProvider(log));
        var failing = new Failing();
        world.Services.AddDiscoveryClient().AddSelector("failing", failing);
        world.Configure(options => options.Selector = "failing");
        using var client = world.Client();

        for (var i = 0; i < 50; i++)
        {
            await client.GetAsync(new Uri("http://greeter/"), TestContext.Current.CancellationToken);
        }

        Assert.Equal(3, world.Transport.Authorities.Distinct().Count());
        Assert.Equal(1, log.Count(351));

        failing.Works = true;
        world.Transport.Sent.Clear();
        for (var i = 0; i < 10; i++)
        {
            await client.GetAsync(new Uri("http://greeter/"), TestContext.Current.CancellationToken);
        }

        Assert.Equal(["10.0.0.2:8080"], world.Transport.Authorities.Distinct());
    }

    private static HttpWorld World()
    {
        var world = new HttpWorld([.. Enumerable.Range(1, 8).Select(i => HttpWorld.Instance(i) with { Zone = i % 2 == 0 ? "here" : "there" })]);
        world.Services.AddDiscoveryClient().AddFilter(new ZoneFilter("here")).AddSelector<RendezvousSelector>("rendezvous");
        return world.Configure(options => options.Selector = "rendezvous");
    }

    private sealed class Failing : ISelector
    {
        public bool Works { get; set; }

        public IPicker CreatePicker(in SelectorContext context) => new Picker(this, context.Nodes);

        private sealed class Picker(Failing selector, ImmutableArray<WeightedNode> nodes) : IPicker
        {
            public ServiceNode? Pick(in PickContext context) => selector.Works ? nodes[1].Node : throw new InvalidOperationException("a defect");
        }
    }

    private sealed class ZoneFilter(string zone) : IServiceFilter
    {
        public string Name => "zone";

        public ImmutableArray<WeightedNode> Apply(ImmutableArray<WeightedNode> nodes, in FilterContext context) => nodes.RemoveAll(node => node.Node.Instance.Zone != zone);
    }

    private sealed class RendezvousSelector : ISelector
    {
        public IPicker CreatePicker(in SelectorContext context) => new Picker(context.Nodes, context.Random);

        private sealed class Picker(ImmutableArray<WeightedNode> nodes, RandomSource random) : IPicker
        {
            private readonly ImmutableArray<(ServiceNode Node, ulong Salt)> _nodes = [.. nodes.Select(node => (node.Node, Salt(node.Node.Instance.InstanceId)))];

            public ServiceNode? Pick(in PickContext context)
            {
                var key = context.HashKey ?? random.NextUInt64();
                (ServiceNode? best, ulong most) = (null, 0);
                foreach (var (node, salt) in _nodes)
                {
                    var score = (key ^ salt) * 0x9E3779B97F4A7C15;
                    score = (score ^ (score >> 29)) * 0xBF58476D1CE4E5B9;
                    if (context.Accepts(node) && score >= most)
                    {
                        (best, most) = (node, score);
                    }
                }

                return best;
            }

            private static ulong Salt(string id) => id.Aggregate(14695981039346656037, (hash, c) => (hash ^ c) * 1099511628211);
        }
    }
}
