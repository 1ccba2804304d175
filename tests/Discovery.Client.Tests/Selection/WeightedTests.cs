using System.Collections.Immutable;
using Discovery.Client.Selection;
using Xunit;

namespace Discovery.Client.Tests.Selection;

public sealed class WeightedTests
{
    public static TheoryData<double[]> Weights => new([5, 1, 1], [100, .. Enumerable.Repeat(1.0, 99)], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [0.25, 0.5]);

    [Theory]
    [MemberData(nameof(Weights))]
    public void RoundRobin_Shares_AreThoseOfTheWeights(double[] weights)
    {
        const int Picks = 100_000;
        var nodes = Weighted(weights);

        var counts = Count(new WeightedRoundRobinSelector().Picker(nodes), nodes, Picks);

        Assert.All(weights, (weight, i) => Assert.Equal(weight / weights.Sum() * Picks, counts[i], Math.Max(Picks * 0.001, 2.0)));
    }

    [Theory]
    [MemberData(nameof(Weights))]
    public void Random_Shares_AreThoseOfTheWeights(double[] weights)
    {
        const int Picks = 100_000;
        var nodes = Weighted(weights);

        var counts = Count(new WeightedRandomSelector().Picker(nodes), nodes, Picks);

        // Five standard deviations.
        Assert.All(weights, (weight, i) => Assert.Equal(weight / weights.Sum() * Picks, counts[i], 5 * Math.Sqrt(weight / weights.Sum() * Picks)));
    }

    [Fact]
    public void RoundRobin_EqualWeights_EachOnceARound()
    {
        var nodes = Weighted(3, 3, 3, 3);

        Assert.Equal([10, 10, 10, 10], Count(new WeightedRoundRobinSelector().Picker(nodes), nodes, 40));
    }

    [Fact]
    public void RoundRobin_NewView_GoesOnWhereItWas()
    {
        var nodes = Weighted(2, 1, 1);
        IPicker? picker = null;
        var counts = new Dictionary<ServiceNode, int>();
        for (var i = 0; i < 400; i++)
        {
            picker = new WeightedRoundRobinSelector().Picker(nodes, seed: (ulong)i, previous: picker);
            var node = picker.Pick(default)!;
            counts[node] = counts.GetValueOrDefault(node) + 1;
        }

        Assert.Equal([200, 100, 100], nodes.Select(node => counts[node.Node]));
    }

    [Theory]
    [InlineData(SelectorNames.WeightedRoundRobin)]
    [InlineData(SelectorNames.WeightedRandom)]
    public void HeaviestEjected_ItsShareGoesToAll(string name)
    {
        var nodes = Weighted([1000, .. Enumerable.Repeat(1.0, 10)]);
        nodes[0].Node.IsEjected = true;
        ISelector selector = name == SelectorNames.WeightedRandom ? new WeightedRandomSelector() : new WeightedRoundRobinSelector();

        var counts = Count(selector.Picker(nodes), nodes, 10_000);

        Assert.Equal(0, counts[0]);
        Assert.All(counts[1..], count => Assert.InRange(count, 700, 1300));
    }

    [Fact]
    public void PickFirst_AllToTheFirstThatIsAcceptable()
    {
        var nodes = Nodes.Of(3);
        var picker = new PickFirstSelector().Picker(nodes);

        Assert.Equal([100, 0, 0], picker.Count(nodes, 100));
        nodes[0].Node.IsEjected = true;
        Assert.Equal([0, 100, 0], picker.Count(nodes, 100));
        Assert.Equal([0, 0, 100], picker.Count(nodes, 100, nodes[1].Node));
    }

    [Fact]
    public async Task RoundRobin_ManyThreads_StaysEven()
    {
        var nodes = Nodes.Of(10);
        var picker = new RoundRobinSelector().Picker(nodes);
        var counts = new int[8][];

        await Task.WhenAll(Enumerable.Range(0, counts.Length).Select(i => Task.Factory.StartNew(
            () => counts[i] = picker.Count(nodes, 100_000), TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default)));

        // More threads than counters: where two meet a position is taken twice now and then. At worst that is chance, whose standard deviation is 268: this is six of them.
        Assert.All(Enumerable.Range(0, 10), node => Assert.InRange(counts.Sum(count => count[node]), 80_000 - 1600, 80_000 + 1600));
    }

    private static ImmutableArray<WeightedNode> Weighted(params double[] weights) => [.. Nodes.Of(weights.Length).Select((node, i) => node with { Weight = weights[i] })];

    private static int[] Count(IPicker picker, ImmutableArray<WeightedNode> nodes, int picks)
    {
        var index = nodes.Select((node, i) => (node.Node, i)).ToDictionary(entry => entry.Node, entry => entry.i);
        var counts = new int[nodes.Length];
        for (var i = 0; i < picks; i++)
        {
            counts[index[picker.Pick(default)!]]++;
        }

        return counts;
    }
}
