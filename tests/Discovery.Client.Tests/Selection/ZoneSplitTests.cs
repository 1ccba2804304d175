using Discovery.Client.Selection;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Discovery.Client.Tests.Selection;

public sealed class ZoneSplitTests
{
    [Theory]
    [InlineData(2, 5, 5, 1.0, 0.5, 0.25, 0.25)]
    [InlineData(2, 5, 5, 1.4, 0.7, 0.15, 0.15)]
    [InlineData(5, 5, 5, 1.0, 1, 0, 0)]
    [InlineData(3, 4, 5, 1.0, 0.75, 0, 0.25)]
    [InlineData(3, 4, 5, 1.4, 1, 0, 0)]
    [InlineData(9, 1, 1, 1.0, 1, 0, 0)]
    public void Of_Capacities_StaysAndSpills(double a, double b, double c, double factor, double own, double second, double third)
    {
        var parts = ZoneSplit.Of(new Dictionary<string, double> { ["a"] = a, ["b"] = b, ["c"] = c }, "a", factor)!;
        Assert.Equal([own, second, third], new[] { parts["a"], parts["b"], parts["c"] }.Select(part => Math.Round(part, 9)));
    }

    [Fact]
    public void Of_NothingInTheOwnZone_SaysNothing() => Assert.Null(ZoneSplit.Of(new Dictionary<string, double> { ["b"] = 3 }, "a", 1.4));

    [Theory]
    [InlineData("a", 6, 2)]
    [InlineData("a", 13, 12)]
    [InlineData("elsewhere", 6, 12)]
    [InlineData(null, 6, 12)]
    public void Filter_OwnZone_TakesPartFromEnoughInstancesOn(string? local, int least, int left)
    {
        var options = new SelectionOptions { Zone = { Local = local, MinInstances = least, Overprovisioning = 3 } };
        var nodes = Enumerable.Range(0, 12).Select(i => new WeightedNode(new ServiceNode(Nodes.One(i).Instance with { Zone = i < 2 ? "a" : i < 7 ? "b" : "c" }), 1));

        var result = new Discovery.Client.Selection.ZoneFilter().Apply([.. nodes], new FilterContext
        {
            ServiceName = "greeter",
            Options = new ServiceOptions(),
            Selection = options,
            TimeProvider = new FakeTimeProvider(),
            Random = RandomSource.Create(1),
        });

        Assert.Equal(left, result.Length);
    }
}
