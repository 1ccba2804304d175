using System.Collections.Immutable;
using Discovery.Client.Selection;
using Discovery.Client.Snapshots;
using Discovery.Client.Tests.Simulation;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Discovery.Client.Tests.Snapshots;

public sealed class ServiceViewBuilderTests : IDisposable
{
    private static readonly ServiceOptions Options = new();
    private static readonly ServiceQuery Query = new("orders");
    private readonly SimulatedWorld _world = new();
    private readonly ServiceViewBuilder _builder;
    private readonly ServiceView _pending;

    private readonly ITestOutputHelper _output;

    public ServiceViewBuilderTests(ITestOutputHelper output)
    {
        _output = output;
        _builder = _world.Program.GetRequiredService<ServiceViewBuilder>();
        _pending = _world.Catalog.GetOrAdd("orders").View;
    }

    public void Dispose() => _world.Dispose();

    [Fact]
    public void Accept_KeepsNodesByInstanceIdAcrossLists()
    {
        var first = Accept(_pending, Instances.List(1, "b", "d", "f"), out _);
        var second = Accept(first, Instances.List(2, "a", "b", "c", "f", "g"), out var differences);
        Assert.Equal(4, differences);
        Assert.Same(first.AllNodes[0], second.AllNodes[1]);
        Assert.Same(first.AllNodes[2], second.AllNodes[3]);
        Assert.Equal("a,b,c,f,g", Instances.Ids(second.AllNodes.Select(node => node.Instance)));
        Assert.Equal(second.AllNodes, second.Nodes.Select(node => node.Node));
    }

    [Fact]
    public void Accept_InstanceThatCameBack_KeepsNothing()
    {
        var first = Accept(_pending, Instances.List(1, "a", "b"), out _);
        var without = Accept(first, Instances.List(2, "a"), out _);
        var again = Accept(without, Instances.List(3, "a", "b"), out _);
        Assert.Same(first.AllNodes[0], again.AllNodes[0]);
        Assert.NotSame(first.AllNodes[1], again.AllNodes[1]);
    }

    [Fact]
    public void Accept_ChangedInstance_KeepsTheNodeAndUpdatesIt()
    {
        var list = Instances.List(1, "a", "b");
        var first = Accept(_pending, list, out _);
        var changed = ServiceSnapshot.Create([list.Instances[0], list.Instances[1] with { Port = 81 }], new(1, 2), list);
        var second = Accept(first, changed, out var differences);
        Assert.Equal(1, differences);
        Assert.Equal(first.AllNodes, second.AllNodes);
        Assert.Equal(81, second.AllNodes[1].Instance.Port);
        Assert.Equal(first.Revision + 1, second.Revision);
    }

    [Theory]
    [InlineData("a:Up:1 b:Down:1 c:Warning:1 d:OutOfService:1 e:Starting:1", "a c")]
    [InlineData("a:Up:0 b:Up:2", "b")]
    [InlineData("a:Down:1 b:OutOfService:1", "a b")]
    [InlineData("a:Up:0 b:Up:0", "a b")]
    [InlineData("a:Up:0 b:Down:5", "a b")]
    public void Eligible_AreUpOrWarningWithWeight_AndAllIfThatWereNone(string list, string expected)
    {
        var instances = list.Split(' ').Select(text => text.Split(':')).Select(parts => Instances.Of("orders", parts[0], double.Parse(parts[2], null), Enum.Parse<ServiceStatus>(parts[1])));
        var view = Accept(_pending, ServiceSnapshot.Create(instances), out _);
        Assert.Equal(expected, string.Join(' ', view.Nodes.Select(node => node.Node)));
        Assert.All(view.Nodes, node => Assert.True(node.Weight > 0));
        Assert.NotNull(view.Picker);
    }

    [Theory]
    [InlineData("weighted-round-robin")]
    [InlineData("weighted-random")]
    [InlineData("consistent-hash")]
    public void Weight_WithoutEnd_CountsAsOne(string selector)
    {
        ServiceSnapshot list = ServiceSnapshot.Create([Instances.Of("orders", "a", double.PositiveInfinity), Instances.Of("orders", "b"), Instances.Of("orders", "c", double.PositiveInfinity, ServiceStatus.Down)]);
        var view = _builder.Accept(_pending, list, Query, new ServiceOptions { Selector = selector }, 0, out _);

        Assert.Equal([1, 1], view.Nodes.Select(node => node.Weight));
        Assert.Equal(1, Assert.Single(view.Unhealthy).Weight);
        Assert.Equal(2, Enumerable.Range(0, 100).Select(_ => view.Picker!.Pick(default)).Distinct().Count());
    }

    [Fact]
    public void Status_OfOneInstance_TakesItOutOfTrafficWithoutANewNode()
    {
        var list = Instances.List(1, "a", "b");
        var first = Accept(_pending, list, out _);
        var second = Accept(first, ServiceSnapshot.Create([list.Instances[0] with { Status = ServiceStatus.Down }, list.Instances[1]], new(1, 2), list), out _);
        Assert.Equal("b", string.Join(' ', second.Nodes.Select(node => node.Node)));
        Assert.Equal(2, second.Instances.Length);
        Assert.Equal(first.AllNodes, second.AllNodes);
    }

    [Fact]
    public void Accept_TenThousandWithOneChanged_CopiesNoList()
    {
        var list = ServiceSnapshot.Create(Enumerable.Range(0, 10_000).Select(i => Instances.Of("orders", $"i{i:00000}")));
        var changed = ServiceSnapshot.Create(list.Instances.SetItem(5000, list.Instances[5000] with { Port = 81 }), previous: list);
        var view = Accept(_pending, list, out _);
        view = Accept(view, changed, out _);
        var (startedAt, before) = (TimeProvider.System.GetTimestamp(), GC.GetAllocatedBytesForCurrentThread());
        for (var i = 0; i < 100; i++)
        {
            view = Accept(view, i % 2 == 0 ? list : changed, out var differences);
            Assert.Equal(1, differences);
        }

        _output.WriteLine($"{TimeProvider.System.GetElapsedTime(startedAt).TotalMicroseconds / 100:0} us, {(GC.GetAllocatedBytesForCurrentThread() - before) / 100} B a list");
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 100, 0, 10_000);
    }

    [Fact]
    public void Merge_OfRandomLists_AgreesWithAPlainDictionary()
    {
        var random = RandomSource.Create(5);
        ImmutableArray<ServiceInstance> old = [];
        ImmutableArray<ServiceNode> nodes = [];
        for (var round = 0; round < 500; round++)
        {
            var snapshot = ServiceSnapshot.Create(
                Enumerable.Range(0, 12).Where(_ => random.Next(2) == 0).Select(i => Instances.Of("orders", $"i{i:00}") with { Port = 80 + random.Next(2) }));
            var before = old.Zip(nodes).ToDictionary(pair => pair.First.InstanceId, pair => (Instance: pair.First, Node: pair.Second));
            var expectedDifferences = snapshot.Instances.Count(instance => !before.TryGetValue(instance.InstanceId, out var known) || !known.Instance.Equals(instance))
                + before.Keys.Except(snapshot.Instances.Select(instance => instance.InstanceId)).Count();

            var merged = NodeMerge.Merge(old, nodes, snapshot.Instances, out var differences, out _);

            Assert.Equal(expectedDifferences, differences);
            Assert.Equal(snapshot.Instances, merged.Select(node => node.Instance));
            Assert.All(merged, node => Assert.True(!before.TryGetValue(node.Instance.InstanceId, out var known) || ReferenceEquals(known.Node, node)));
            (old, nodes) = (snapshot.Instances, merged);
        }
    }

    private ServiceView Accept(ServiceView view, ServiceSnapshot snapshot, out int differences)
        => _builder.Accept(view, snapshot, Query, Options, _world.Clock.GetTimestamp(), out differences);
}
