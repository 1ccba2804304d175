using Discovery.Client.Selection;
using Xunit;

namespace Discovery.Client.Tests.Selection;

public sealed class PickerTests
{
    public static TheoryData<string> All => [SelectorNames.RoundRobin, SelectorNames.Random, SelectorNames.LeastRequests, SelectorNames.PeakEwma, SelectorNames.WeightedRoundRobin, SelectorNames.WeightedRandom, SelectorNames.ConsistentHash];

    [Theory]
    [MemberData(nameof(All))]
    public void Pick_OneNode_ReturnsIt(string name)
    {
        var nodes = Nodes.Of(1);

        Assert.Same(nodes[0].Node, Selector(name).Picker(nodes).Pick(default));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Pick_ExcludedOrEjected_NeverChosen(string name)
    {
        var nodes = Nodes.Of(5);
        nodes[1].Node.IsEjected = true;

        var counts = Selector(name).Picker(nodes).Count(nodes, 3000, nodes[3].Node);

        Assert.Equal(0, counts[1]);
        Assert.Equal(0, counts[3]);
        Assert.All([counts[0], counts[2], counts[4]], count => Assert.InRange(count, 850, 1150));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Pick_OnlyOneOfManyAcceptable_FindsIt(string name)
    {
        var nodes = Nodes.Of(100);
        foreach (var (node, _) in nodes)
        {
            node.IsEjected = node != nodes[77].Node;
        }

        Assert.Same(nodes[77].Node, Selector(name).Picker(nodes).Pick(default));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Pick_NoneAcceptable_Null(string name)
    {
        var nodes = Nodes.Of(3);
        nodes[0].Node.IsEjected = true;

        Assert.Null(Selector(name).Picker(nodes).Pick(new PickContext { Excluded = new[] { nodes[1].Node, nodes[2].Node } }));
        Assert.Same(nodes[0].Node, Selector(name).Picker(nodes).Pick(new PickContext { Excluded = new[] { nodes[1].Node, nodes[2].Node }, AcceptEjected = true }));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Pick_FreshCallers_StartAnywhere(string name)
    {
        var nodes = Nodes.Of(4);
        var first = new int[4];
        for (ulong seed = 1; seed <= 400; seed++)
        {
            first[nodes.IndexOf(new WeightedNode(Selector(name).Picker(nodes, seed).Pick(default)!, 1))]++;
        }

        Assert.All(first, count => Assert.InRange(count, 60, 140));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Pick_AnySize_AllocatesNothing(string name)
    {
        foreach (var size in new[] { 1, 3, 1000 })
        {
            var picker = Selector(name).Picker(Nodes.Of(size));
            picker.Pick(default);
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 1000; i++)
            {
                picker.Pick(default);
            }

            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        }
    }

    [Fact]
    public void RoundRobin_EachOnceARound()
    {
        var nodes = Nodes.Of(7);

        Assert.All(new RoundRobinSelector().Picker(nodes).Count(nodes, 70), count => Assert.Equal(10, count));
    }

    [Fact]
    public void RoundRobin_EjectedNode_ShareGoesToAll()
    {
        var nodes = Nodes.Of(4);
        nodes[2].Node.IsEjected = true;

        Assert.Equal([100, 100, 0, 100], new RoundRobinSelector().Picker(nodes).Count(nodes, 300));
    }

    [Fact]
    public void RoundRobin_NewView_GoesOnWhereItWas()
    {
        var nodes = Nodes.Of(10);
        IPicker? picker = null;
        var seen = new List<ServiceNode>();
        for (var i = 0; i < 10; i++)
        {
            picker = new RoundRobinSelector().Picker(nodes, seed: (ulong)i, previous: picker);
            seen.Add(picker.Pick(default)!);
        }

        Assert.Equal(10, seen.Distinct().Count());
    }

    [Fact]
    public void LeastRequests_TwoNodes_NeverTheBusierOne()
    {
        var nodes = Nodes.Of(2);
        nodes[0].Node.BeginRequest();

        Assert.Equal([0, 1000], new LeastRequestsSelector().Picker(nodes).Count(nodes, 1000));
    }

    [Fact]
    public void LeastRequests_EqualLoad_Uniform()
    {
        var nodes = Nodes.Of(8);

        Assert.All(new LeastRequestsSelector().Picker(nodes).Count(nodes, 8000), count => Assert.InRange(count, 850, 1150));
    }

    [Fact]
    public void LeastRequests_BusiestOfThree_GetsNothing()
    {
        var nodes = Nodes.Of(3);
        nodes[1].Node.BeginRequest();

        Assert.Equal(0, new LeastRequestsSelector().Picker(nodes).Count(nodes, 1000)[1]);
    }

    private static ISelector Selector(string name) => name switch
    {
        SelectorNames.RoundRobin => new RoundRobinSelector(),
        SelectorNames.Random => new RandomSelector(),
        SelectorNames.PeakEwma => new PeakEwmaSelector(),
        SelectorNames.WeightedRoundRobin => new WeightedRoundRobinSelector(),
        SelectorNames.WeightedRandom => new WeightedRandomSelector(),
        SelectorNames.ConsistentHash => new ConsistentHashSelector(),
        _ => new LeastRequestsSelector(),
    };
}
