using Discovery.Client.Selection;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Discovery.Client.Tests.Selection;

public sealed class SlowStartTests
{
    [Theory]
    [InlineData(0, 1, 0.1)]
    [InlineData(2, 1, 0.1)]
    [InlineData(15, 1, 0.5)]
    [InlineData(7.5, 2, 0.5)]
    [InlineData(30, 1, 1)]
    [InlineData(99, 1, 1)]
    public void Part_Age_Rises(double seconds, double aggression, double part)
        => Assert.Equal(part, SlowStartFilter.Part(TimeSpan.FromSeconds(seconds), new SlowStartOptions { Window = TimeSpan.FromSeconds(30), Aggression = aggression }), 1e-9);

    // The last of ten that were replaced one by one would have more than half of all requests.
    [Theory]
    [InlineData(1, 1, 0.1)]
    [InlineData(10, 1, 0.1)]
    [InlineData(10, 10, 0.1)]
    [InlineData(1, 2, 0.25)]
    [InlineData(1, 9, 4.0 / 9)]
    public void Filter_MoreJoinThanThereWere_OthersGetTwiceTheirShareAtMost(int old, int joined, double weight)
    {
        var clock = new FakeTimeProvider();
        var nodes = Nodes.Of(old).AddRange(Enumerable.Range(old, joined).Select(i => new WeightedNode(new ServiceNode(Nodes.One(i).Instance) { JoinedAt = clock.GetTimestamp() }, 1)));

        var result = new SlowStartFilter().Apply(nodes, new FilterContext
        {
            ServiceName = "greeter",
            Options = new ServiceOptions(),
            Selection = new SelectionOptions(),
            TimeProvider = clock,
            Random = RandomSource.Create(1),
        });

        Assert.All(result[..old], node => Assert.Equal(1, node.Weight));
        Assert.All(result[old..], node => Assert.Equal(weight, node.Weight, 1e-9));
        Assert.InRange((old + joined) / result.Sum(node => node.Weight), 1, 2.0000001);
    }

    [Theory]
    [InlineData(30, 0.5)]
    [InlineData(0, 1)]
    public void Filter_NodeThatJoined_HasPartOfItsWeight(int window, double weight)
    {
        var clock = new FakeTimeProvider();
        var nodes = Nodes.Of(2).Add(new WeightedNode(new ServiceNode(Nodes.One(2).Instance) { JoinedAt = clock.GetTimestamp() }, 1));
        clock.Advance(TimeSpan.FromSeconds(15));

        var result = new SlowStartFilter().Apply(nodes, new FilterContext
        {
            ServiceName = "greeter",
            Options = new ServiceOptions(),
            Selection = new SelectionOptions { SlowStart = { Window = TimeSpan.FromSeconds(window) } },
            TimeProvider = clock,
            Random = RandomSource.Create(1),
        });

        Assert.Equal([1, 1, weight], result.Select(node => node.Weight));
    }
}
