using System.Collections.Immutable;
using Discovery.Client.Selection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Discovery.Client.Tests.Selection;

public sealed class StickyTests
{
    private const int Sessions = 500;

    private readonly FakeTimeProvider _clock = new();
    private readonly ServiceOptions _options = new() { Selector = SelectorNames.Random, Selection = new SelectionOptions { Sticky = { Enabled = true } } };
    private readonly ImmutableArray<WeightedNode> _nodes = Nodes.Of(5);
    private IPicker? _picker;

    [Theory]
    [InlineData(SelectorNames.Random)]
    [InlineData(SelectorNames.RoundRobin)]
    [InlineData(SelectorNames.PeakEwma)]
    [InlineData(SelectorNames.ConsistentHash)]
    public void Key_ListGrows_StaysAndOthersTakeNewKeys(string selector)
    {
        _options.Selector = selector;
        Take(_nodes);
        var before = All();
        Assert.True(before.Distinct().Count() > 1);

        Take([.. _nodes, .. Nodes.Of(10)[5..]]);
        Assert.Equal(before, All());
        Assert.Contains(Enumerable.Range(Sessions, Sessions).Select(session => Pick(session)), node => !_nodes.Any(one => one.Node == node));
    }

    [Fact]
    public void Key_InstanceGoes_MovesOnceAndStaysThere()
    {
        Take(_nodes);
        var before = All();
        var gone = _nodes[2].Node;
        Take(_nodes.RemoveAt(2));
        var after = All();
        Assert.DoesNotContain(gone, after);
        Assert.All(before.Zip(after), pair => Assert.True(pair.First == gone || pair.First == pair.Second));
        Take(_nodes);
        Assert.Equal(after, All());
    }

    [Fact]
    public void Key_InstanceEjected_MovesForGood()
    {
        Take(_nodes);
        var node = Pick(1);
        node.IsEjected = true;
        var other = Pick(1);
        Assert.NotSame(node, other);
        node.IsEjected = false;
        Assert.Same(other, Pick(1));
    }

    [Fact]
    public void Key_InstanceFailedThisRequest_AnotherServesItAndTheKeyStays()
    {
        Take(_nodes);
        var node = Pick(1);
        Assert.NotSame(node, Pick(1, node));
        Assert.Same(node, Pick(1));
    }

    [Fact]
    public void NoKey_SelectorChooses()
    {
        Take(_nodes);
        Assert.Equal(5, Enumerable.Range(0, 200).Select(_ => _picker!.Pick(default)).Distinct().Count());
    }

    [Fact]
    public void Key_NotAskedForLong_IsForgotten()
    {
        _options.Selector = SelectorNames.RoundRobin;
        Take(_nodes);
        var node = Pick(1);
        for (var minute = 0; minute < 90; minute += 20)
        {
            _clock.Advance(TimeSpan.FromMinutes(20));
            Assert.Same(node, Pick(1));
        }

        _clock.Advance(TimeSpan.FromMinutes(61));
        Assert.NotSame(node, Pick(1));
    }

    [Fact]
    public void Keys_MoreThanAreRemembered_TheOldestAreForgotten()
    {
        _options.Selector = SelectorNames.RoundRobin;
        _options.Selection!.Sticky.MaxKeys = 100;
        Take(_nodes);
        var node = Pick(1);
        for (var session = 2; session < 1000; session++)
        {
            Pick(session);
            Assert.Same(node, session % 40 == 0 ? Pick(1) : node);
        }

        Pick(5000);
        var (last, first) = (Pick(5000), Pick(2));
        Assert.Same(last, Pick(5000));
        Assert.Same(first, Pick(2));
    }

    [Fact]
    public async Task Key_ManyThreadsAtOnce_OneInstance()
    {
        Take(_nodes);
        for (var session = 0; session < 200; session++)
        {
            var key = session;
            var nodes = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Pick(key))));
            Assert.Single(nodes.Append(Pick(key)).Distinct());
        }
    }

    private ServiceNode[] All() => [.. Enumerable.Range(0, Sessions).Select(session => Pick(session))];

    private ServiceNode Pick(int session, params ServiceNode[] excluded)
        => _picker!.Pick(new PickContext { HashKey = ((ulong)session + 1) * 0x9E3779B97F4A7C15, Excluded = excluded, Now = _clock.GetTimestamp() })!;

    private void Take(ImmutableArray<WeightedNode> nodes)
    {
        _factory ??= new ServiceCollection().AddSingleton<TimeProvider>(_clock).AddLogging().AddDiscoveryClient().Services.BuildServiceProvider().GetRequiredService<PickerFactory>();
        _picker = _factory.Create("greeter", _options, nodes, _picker, out _);
    }

    private PickerFactory? _factory;
}
