using System.Collections.Immutable;
using Discovery.Client.Selection;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Discovery.Client.Tests.Selection;

public sealed class PriorityFilterTests
{
    private readonly SelectionOptions _options = new() { Priority = { Metadata = "tier" } };

    [Fact]
    public void Apply_FirstLevelWhole_GetsAll()
    {
        var nodes = Levels(0, 0, 1, 1, 2);
        Assert.Equal(nodes[..2], Apply(nodes));
    }

    [Fact]
    public void Apply_HalfOfTheFirstEjected_SeventyToThirty()
    {
        var nodes = Levels(0, 0, 0, 0, 1, 1);
        nodes[0].Node.IsEjected = nodes[1].Node.IsEjected = true;
        Assert.Equal([0.7, 0.3], Parts(Apply(nodes)));
    }

    [Fact]
    public void Apply_HalfOfTheFirstListedAsDown_SeventyToThirty()
        => Assert.Equal([0.7, 0.3], Parts(Apply(Levels(0, 0, 1, 1), Levels(0, 0))));

    [Fact]
    public void Apply_NothingOfTheFirst_NextOnesTakeOver()
    {
        var nodes = Levels(1, 2, 2);
        Assert.Equal(nodes[..1], Apply(nodes, Levels(0)));
        nodes[0].Node.IsEjected = true;
        Assert.Equal(nodes[1..], Apply(nodes));
    }

    [Fact]
    public void Apply_NobodyCanCarryAnything_AllStay()
    {
        var nodes = Levels(0, 1, 2);
        foreach (var node in nodes)
        {
            node.Node.IsEjected = true;
        }

        Assert.Equal(nodes, Apply(nodes));
    }

    [Fact]
    public void Apply_Off_AllStay()
    {
        _options.Priority.Metadata = null;
        var nodes = Levels(0, 1, 2);
        Assert.Equal(nodes, Apply(nodes));
    }

    [Theory]
    [InlineData(null, 0)]
    [InlineData("0", 0)]
    [InlineData("7", 7)]
    [InlineData("-1", 0)]
    [InlineData("first", 0)]
    public void LevelOf_Metadata_WholeNumberElseZero(string? text, int level)
    {
        var instance = Nodes.One(0).Instance;
        Assert.Equal(level, _options.Priority.LevelOf(text is null ? instance : instance with { Metadata = instance.Metadata.Add("tier", text) }));
    }

    [Fact]
    public void LevelOf_Zones_TheirPlaceAndOthersLast()
    {
        var options = new PriorityOptions { Zones = ["b", "a"] };
        Assert.Equal([1, 0, 2, 2], new[] { "a", "b", "c", null }.Select(zone => options.LevelOf(Nodes.One(0).Instance with { Zone = zone })));
    }

    [Fact]
    public void Zone_WithinEachLevel_LevelsKeepTheirParts()
    {
        // Both levels in use; in each one's own zone "a" can carry what arises there.
        _options.Zone = new ZoneOptions { Local = "a", MinInstances = 2 };
        var nodes = Levels(0, 0, 0, 0, 1, 1);
        for (var i = 0; i < nodes.Length; i++)
        {
            nodes[i].Node.Update(nodes[i].Node.Instance with { Zone = i % 2 == 0 ? "a" : "b" });
        }

        nodes[0].Node.IsEjected = nodes[1].Node.IsEjected = true;
        var kept = new Discovery.Client.Selection.ZoneFilter().Apply(Apply(nodes), Context());

        Assert.Equal(["000", "002", "004"], kept.Select(node => node.Node.Instance.InstanceId));
        Assert.Equal([0.7, 0.3], Parts(kept));
    }

    // The parts of the levels by the weights of what can be chosen.
    private double[] Parts(ImmutableArray<WeightedNode> nodes)
    {
        var able = nodes.Where(node => !node.Node.IsEjected).ToArray();
        return [.. able.GroupBy(node => _options.Priority.LevelOf(node.Node.Instance)).OrderBy(level => level.Key).Select(level => Math.Round(level.Sum(node => node.Weight) / able.Sum(node => node.Weight), 9))];
    }

    private ImmutableArray<WeightedNode> Apply(ImmutableArray<WeightedNode> nodes, ImmutableArray<WeightedNode> unhealthy = default)
        => new PriorityFilter().Apply(nodes, Context(unhealthy));

    private FilterContext Context(ImmutableArray<WeightedNode> unhealthy = default) => new()
    {
        ServiceName = "greeter",
        Options = new ServiceOptions(),
        Selection = _options,
        TimeProvider = new FakeTimeProvider(),
        Random = RandomSource.Create(1),
        Availability = new(false, unhealthy),
    };

    private static ImmutableArray<WeightedNode> Levels(params int[] levels)
        => [.. levels.Select((level, i) => new WeightedNode(new ServiceNode(Nodes.One(i).Instance is var one ? one with { Metadata = one.Metadata.Add("tier", $"{level}") } : null!), 1))];
}
