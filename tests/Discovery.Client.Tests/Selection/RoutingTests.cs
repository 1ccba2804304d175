using System.Collections.Immutable;
using Discovery.Client.Selection;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Discovery.Client.Tests.Selection;

public sealed class RoutingTests
{
    private const int Many = 20_000;

    private IPicker? _picker;

    private readonly ServiceOptions _options = new() { Selector = SelectorNames.Random, Selection = new SelectionOptions() };

    // Six instances of version 1, two of version 2 and one of version 3.
    private readonly ImmutableArray<WeightedNode> _nodes = [.. Enumerable.Range(0, 9).Select(i => new WeightedNode(new ServiceNode(Nodes.One(i).Instance with { Version = i < 6 ? "1" : i < 8 ? "2" : "3" }), 1))];

    private RoutingOptions Routing => _options.Selection!.Routing;

    [Theory]
    [InlineData(5)]
    [InlineData(50)]
    [InlineData(100)]
    [InlineData(0)]
    public void Percent_NoKey_ThatPartByChance(double percent)
    {
        Route("canary", "2", route => route.Percent = percent);
        AssertPart(percent / 100, Enumerable.Range(0, Many).Count(_ => Version() == "2"));
    }

    [Fact]
    public void Percent_Keys_EachTakesOneWayAndStaysWhenItGrows()
    {
        Route("canary", "2", route => route.Percent = 5);
        var five = Keys().Where(key => Version(key) == "2").ToHashSet();
        AssertPart(0.05, five.Count);
        Assert.Equal(five, Keys().Where(key => Version(key) == "2").ToHashSet());

        Route("canary", "2", route => route.Percent = 20);
        var twenty = Keys().Where(key => Version(key) == "2").ToHashSet();
        AssertPart(0.2, twenty.Count);
        Assert.Subset(twenty, five);
    }

    [Fact]
    public void Percent_TwoRoutes_PartsApart()
    {
        Route("a", "2", route => route.Percent = 10);
        Route("b", "3", route => route.Percent = 20);
        var counts = Keys().CountBy(key => Version(key)).ToDictionary();
        AssertPart(0.1, counts["2"]);
        AssertPart(0.2, counts["3"]);
    }

    [Theory]
    [InlineData(null, null, "1")]
    [InlineData("yes", null, "2")]
    [InlineData("yes", "yes", "2")]
    [InlineData("no", "yes", "1")]
    public void Header_RequestsThatHaveIt_TakeTheRoute(string? sent, string? wanted, string version)
    {
        Routing.Default.Version = "1";
        Route("testers", "2", route => (route.Header, route.HeaderValue) = ("X-Canary", wanted));
        Assert.All(Versions(sent is null ? null : new() { ["x-canary"] = sent }), chosen => Assert.Equal(version, chosen));
    }

    [Theory]
    [InlineData("1")]
    [InlineData("2")]
    [InlineData("3")]
    public void VersionHeader_VersionThatThereIs_ThoseInstances(string version)
    {
        Routing.VersionHeader = "X-Version";
        Assert.All(Versions(new() { ["X-Version"] = version }), chosen => Assert.Equal(version, chosen));
    }

    /// <summary>Versions with the hash of a commit are long.</summary>
    [Fact]
    public void VersionHeader_LongVersion_ThoseInstances()
    {
        var version = "2.0.0-rc.1+build.20261128." + new string('f', 40);
        Routing.VersionHeader = "X-Version";
        var picker = Factory.Create("greeter", _options, _nodes.Add(new(new ServiceNode(Nodes.One(9).Instance with { Version = version }), 1)), null, out _)!;

        Assert.Equal(version, picker.Pick(new PickContext { Headers = new RequestHeaders(new Dictionary<string, string> { ["X-Version"] = version }) })!.Instance.Version);
    }

    [Theory]
    [InlineData(RoutingFallback.Default, "1")]
    [InlineData(RoutingFallback.Keep, "1")]
    [InlineData(RoutingFallback.Any, "1,2,3")]
    public void VersionHeader_NobodyHasIt_FallsBack(RoutingFallback fallback, string chosen)
    {
        Routing.VersionHeader = "X-Version";
        Routing.Default.Version = "1";
        Routing.Fallback = fallback;
        Assert.Equal(chosen, string.Join(',', Versions(new() { ["X-Version"] = "9" }).Distinct().Order()));
    }

    [Theory]
    [InlineData(RoutingFallback.Default, "1")]
    [InlineData(RoutingFallback.Keep, "3")]
    [InlineData(RoutingFallback.Any, "1,2,3")]
    public void Route_InstancesThatCannotBeChosen_FallsBack(RoutingFallback fallback, string chosen)
    {
        Route("a", "2", route => (route.Header, route.Fallback) = ("X-Canary", fallback));
        Route("b", "3", route => route.Header = "X-Canary");
        var headers = new Dictionary<string, string> { ["X-Canary"] = "yes" };
        Assert.All(Versions(headers), version => Assert.Equal("2", version));

        foreach (var node in _nodes[6..8])
        {
            node.Node.IsEjected = true;
        }

        // Where any may be chosen that still means any that is not left out.
        Assert.Equal(chosen.Replace(",2", "", StringComparison.Ordinal), string.Join(',', Versions(headers).Distinct().Order()));
    }

    [Fact]
    public void Default_NobodyElse_AnyIsChosen()
    {
        Route("a", "1", route => route.Header = "X-A");
        Route("b", "2", route => route.Header = "X-B");
        Route("c", "3", route => route.Header = "X-C");
        Assert.Equal("1,2,3", string.Join(',', Versions(null).Distinct().Order()));
    }

    [Fact]
    public void Metadata_MatchedWhole()
    {
        _nodes[0].Node.Update(_nodes[0].Node.Instance with { Metadata = _nodes[0].Node.Instance.Metadata.Add("color", "blue").Add("team", "x") });
        _nodes[1].Node.Update(_nodes[1].Node.Instance with { Metadata = _nodes[1].Node.Instance.Metadata.Add("color", "blue") });
        Routing.Routes["blue"] = new RouteOptions { Match = { Metadata = { ["color"] = "blue", ["team"] = "x" } } };
        var picker = Picker();
        Assert.All(Enumerable.Range(0, 50), _ => Assert.Same(_nodes[0].Node, picker.Pick(default)));
    }

    [Fact]
    public void Layers_ActWithinTheGroup()
    {
        // The only canary is in another zone: the zone layer would drop it were it asked before the route.
        _options.Selection!.Zone = new ZoneOptions { Local = "a", MinInstances = 1 };
        foreach (var node in _nodes)
        {
            node.Node.Update(node.Node.Instance with { Zone = node.Node.Instance.Version == "3" ? "b" : "a" });
        }

        Route("canary", "3", route => route.Header = "X-Canary");
        Assert.All(Versions(new() { ["X-Canary"] = "" }), version => Assert.Equal("3", version));
    }

    [Fact]
    public void Create_NewList_GroupsKeepWhatTheirPickersCounted()
    {
        _options.Selector = SelectorNames.RoundRobin;
        Route("canary", "3", route => route.Header = "X-Canary");
        var first = Picker();
        var firsts = Enumerable.Range(0, 4).Select(_ => first.Pick(default)!).ToArray();
        var second = Picker(first);
        Assert.Equal(8, firsts.Concat(Enumerable.Range(0, 4).Select(_ => second.Pick(default)!)).Distinct().Count());
    }

    /// <summary>A position that groups shared would go two steps for each request of one of them: half of its instances would never be chosen.</summary>
    [Fact]
    public void RoundRobin_TwoGroupsInTurn_EachGoesRoundWhole()
    {
        _options.Selector = SelectorNames.RoundRobin;
        Routing.VersionHeader = "X-Version";
        var picker = Picker();
        var chosen = new HashSet<ServiceNode>();
        for (var i = 0; i < 6; i++)
        {
            chosen.Add(picker.Pick(new PickContext { Headers = new RequestHeaders(new Dictionary<string, string> { ["X-Version"] = "1" }) })!);
            chosen.Add(picker.Pick(new PickContext { Headers = new RequestHeaders(new Dictionary<string, string> { ["X-Version"] = "2" }) })!);
        }

        Assert.Equal(8, chosen.Count);
    }

    /// <summary>A key that comes by two routes in turn has an instance in each group and keeps both.</summary>
    [Fact]
    public void Sticky_OneKeyByTwoRoutes_KeepsAnInstanceInEach()
    {
        _options.Selection!.Sticky.Enabled = true;
        Routing.VersionHeader = "X-Version";
        var picker = Picker();
        for (var list = 0; list < 2; list++)
        {
            var chosen = new HashSet<ServiceNode>();
            for (var i = 0; i < 20; i++)
            {
                foreach (var version in new[] { "1", "2" })
                {
                    chosen.Add(picker.Pick(new PickContext { HashKey = 7, Headers = new RequestHeaders(new Dictionary<string, string> { ["X-Version"] = version }) })!);
                }
            }

            Assert.Equal(2, chosen.Count);
            picker = Picker(picker);
        }
    }

    /// <summary>Sessions outlive that routing is switched on and off.</summary>
    [Fact]
    public void Sticky_RoutingSwitchedOnAndOff_KeysStay()
    {
        _options.Selection!.Sticky.Enabled = true;
        var picker = Picker();
        var before = Enumerable.Range(0, 50).Select(key => picker.Pick(new PickContext { HashKey = (ulong)key })!).ToArray();
        Routing.VersionHeader = "X-Version";
        picker = Picker(picker);
        Assert.Equal(before, Enumerable.Range(0, 50).Select(key => picker.Pick(new PickContext { HashKey = (ulong)key })!));
        Routing.VersionHeader = null;
        picker = Picker(picker);
        Assert.Equal(before, Enumerable.Range(0, 50).Select(key => picker.Pick(new PickContext { HashKey = (ulong)key })!));
    }

    /// <summary>An instance is in several groups, and is counted in each for as long as it is in it.</summary>
    [Fact]
    public void ConsistentHash_Groups_EachHasItsTotal()
    {
        _options.Selector = SelectorNames.ConsistentHash;
        var picker = Picker();
        _nodes[0].Node.BeginRequest();
        Assert.Equal("", Counted());

        Routing.VersionHeader = "X-Version";
        picker = Picker(picker);
        picker = Picker(picker);
        Assert.Equal(" d v:1", Counted());
        Assert.All(_nodes[0].Node.Totals.ToArray(), total => Assert.Equal(1, total.Sum()));

        var left = _nodes[0].Node.Totals.ToArray();
        _nodes[0].Node.Update(_nodes[0].Node.Instance with { Version = "2" });
        picker = Picker(picker);
        Assert.Equal(" d v:2", Counted());
        _nodes[0].Node.EndRequest(RequestOutcome.Success);
        Assert.All(left, total => Assert.Equal(0, total.Sum()));

        Routing.VersionHeader = null;
        Picker(picker);
        Assert.Equal("", Counted());

        string Counted() => string.Join(' ', _nodes[0].Node.Totals.ToArray().Select(total => total.Group).Order(StringComparer.Ordinal));
    }

    /// <summary>A hot key of a small group does not get the bound of the whole service.</summary>
    [Fact]
    public void ConsistentHash_ManyRequestsElsewhere_GroupKeepsItsOwnBound()
    {
        _options.Selector = SelectorNames.ConsistentHash;
        Routing.VersionHeader = "X-Version";
        var picker = Picker();
        for (var i = 0UL; i < 100; i++)
        {
            Begin("1", i << 50);
        }

        for (var i = 1; i <= 20; i++)
        {
            Assert.InRange(Begin("2", 7).Outstanding, 1, Math.Ceiling(1.25 * i / 2));
            picker = Picker(picker);
        }

        // Without a group the whole service counts: of 121 requests two thirds would be the bound of a group of two.
        Routing.VersionHeader = null;
        picker = Picker(picker);
        for (var i = 0; i < 20; i++)
        {
            Assert.InRange(Begin("2", 7).Outstanding, 1, Math.Ceiling(1.25 * (121 + i) / 9));
        }

        Assert.Equal(140, _nodes.Sum(node => node.Node.Outstanding));

        ServiceNode Begin(string version, ulong key)
        {
            var node = picker.Pick(new PickContext { HashKey = key, Headers = new RequestHeaders(new Dictionary<string, string> { ["X-Version"] = version }) })!;
            node.BeginRequest();
            return node;
        }
    }

    private static IEnumerable<ulong> Keys() => Enumerable.Range(1, Many).Select(key => (ulong)key * 0x9E3779B97F4A7C15);

    // Five standard deviations.
    private static void AssertPart(double part, int count) => Assert.InRange(count, (Many * part) - (5 * Math.Sqrt(Many * part * (1 - part))), (Many * part) + (5 * Math.Sqrt(Many * part * (1 - part))));

    private void Route(string name, string version, Action<RouteOptions> set)
    {
        set(Routing.Routes[name] = new RouteOptions { Match = { Version = version } });
        _picker = null;
    }

    private string Version(ulong? key = null) => (_picker ??= Picker()).Pick(new PickContext { HashKey = key })!.Instance.Version!;

    private string[] Versions(Dictionary<string, string>? headers)
    {
        var picker = Picker();
        return [.. Enumerable.Range(0, 200).Select(_ => picker.Pick(new PickContext { Headers = headers is null ? default : new RequestHeaders(headers) })!.Instance.Version!)];
    }

    private IPicker Picker(IPicker? previous = null) => Factory.Create("greeter", _options, _nodes, previous, out _)!;

    private PickerFactory Factory { get; } = new ServiceCollection().AddSingleton(RandomSource.Create(1)).AddLogging().AddDiscoveryClient().Services.BuildServiceProvider().GetRequiredService<PickerFactory>();
}
