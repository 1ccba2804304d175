using System.Collections.Immutable;
using Discovery.Client.Internal;
using Discovery.Client.Selection;
using Xunit;

namespace Discovery.Client.Tests.Selection;

public sealed class ConsistentHashTests
{
    private const int Keys = 20_000;

    public static TheoryData<ConsistentHashAlgorithm> All => [ConsistentHashAlgorithm.Rendezvous, ConsistentHashAlgorithm.Maglev, ConsistentHashAlgorithm.Ring];

    // Not computed but written down: who gets a key is a promise to other processes and versions.
    [Theory]
    [InlineData(ConsistentHashAlgorithm.Rendezvous, "56658997156499176884")]
    [InlineData(ConsistentHashAlgorithm.Maglev, "70552254742111364412")]
    [InlineData(ConsistentHashAlgorithm.Ring, "96300095429720242579")]
    public void Mapping_IsTheSameForEver(ConsistentHashAlgorithm algorithm, string expected)
    {
        var picker = Picker(algorithm, Nodes.Of(10));

        Assert.Equal(expected, string.Concat(Enumerable.Range(0, 20).Select(i => picker.Pick(Key(i))!.Instance.InstanceId[^1])));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Mapping_ShuffledList_IsTheSame(ConsistentHashAlgorithm algorithm)
    {
        var nodes = Nodes.Of(50);
        ImmutableArray<WeightedNode> shuffled = [.. nodes.OrderBy(node => XxHash64.Hash("x" + node.Node.Instance.InstanceId))];

        Assert.Equal(Map(Picker(algorithm, nodes)), Map(Picker(algorithm, shuffled, seed: 7)));
    }

    [Theory]
    [InlineData(ConsistentHashAlgorithm.Rendezvous, 0, 1.2)]
    [InlineData(ConsistentHashAlgorithm.Ring, 0, 1.5)]
    [InlineData(ConsistentHashAlgorithm.Maglev, 0.01, 1.2)]
    public void OneGoes_OnlyItsKeysMove(ConsistentHashAlgorithm algorithm, double extra, double most)
    {
        var nodes = Nodes.Of(50);
        var gone = nodes[17].Node.Instance.InstanceId;

        var before = Map(Picker(algorithm, nodes));
        var after = Map(Picker(algorithm, nodes.RemoveAt(17)));

        Assert.InRange(before.Zip(after).Count(pair => pair.First != pair.Second && pair.First != gone), 0, (int)(extra * Keys));
        Assert.InRange(before.CountBy(id => id).Max(group => group.Value), Keys / 50, (int)(most * Keys / 50));
    }

    /// <summary>While an instance starts slowly it is given its keys one by one, and no others move.</summary>
    [Theory]
    [InlineData(ConsistentHashAlgorithm.Rendezvous, 0)]
    [InlineData(ConsistentHashAlgorithm.Ring, 0)]
    [InlineData(ConsistentHashAlgorithm.Maglev, 0.01)]
    public void OneJoinsSlowly_OnlyItsKeysMove(ConsistentHashAlgorithm algorithm, double extra)
    {
        var nodes = Nodes.Of(10);
        var before = Map(Picker(algorithm, nodes.RemoveAt(4)));
        for (var weight = 0.1; weight < 1.01; weight += 0.1)
        {
            var after = Map(Picker(algorithm, nodes.SetItem(4, nodes[4] with { Weight = weight })));

            Assert.InRange(before.Zip(after).Count(pair => pair.First != pair.Second && pair.Second != "004"), 0, (int)(extra * Keys));
            before = after;
        }

        Assert.Equal(before, Map(Picker(algorithm, nodes)));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Shares_FollowWeights(ConsistentHashAlgorithm algorithm)
    {
        var nodes = Nodes.Of(4);
        nodes = nodes.SetItem(2, nodes[2] with { Weight = 5 });

        var counts = Map(Picker(algorithm, nodes, points: 1000)).CountBy(id => id).ToDictionary();

        Assert.InRange(counts["002"], Keys * 5 / 8 * 0.93, Keys * 5 / 8 * 1.07);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void OneEjected_OnlyItsKeysMove(ConsistentHashAlgorithm algorithm)
    {
        var nodes = Nodes.Of(10);
        var picker = Picker(algorithm, nodes);
        var before = Map(picker);
        nodes[3].Node.IsEjected = true;
        var after = Map(picker);

        Assert.DoesNotContain("003", after);
        Assert.All(before.Zip(after), pair => Assert.True(pair.First == pair.Second || pair.First == "003"));
        Assert.InRange(before.Zip(after).Where(pair => pair.First == "003").CountBy(pair => pair.Second).Count(), 9, 9);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void HotKey_NoNodeExceedsItsBound(ConsistentHashAlgorithm algorithm)
    {
        var nodes = Nodes.Of(10);
        nodes = nodes.SetItem(4, nodes[4] with { Weight = 2 });
        var picker = Picker(algorithm, nodes);
        for (var total = 1; total <= 1000; total++)
        {
            var node = picker.Pick(Key(total % 4 == 0 ? total : 1))!;
            node.BeginRequest();
            var share = node == nodes[4].Node ? 2 / 11.0 : 1 / 11.0;
            Assert.InRange(node.Outstanding, 1, Math.Ceiling(1.25 * share * total));
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void HotKey_NoBound_StaysWhereItIs(ConsistentHashAlgorithm algorithm)
    {
        var nodes = Nodes.Of(10);
        var picker = Picker(algorithm, nodes, loadFactor: 0);
        for (var i = 0; i < 100; i++)
        {
            picker.Pick(Key(1))!.BeginRequest();
        }

        Assert.Equal(100, nodes.Max(node => node.Node.Outstanding));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void OnlyAcceptableOneIsOverloaded_ChosenNevertheless(ConsistentHashAlgorithm algorithm)
    {
        var nodes = Nodes.Of(5);
        var picker = Picker(algorithm, nodes);
        foreach (var (node, _) in nodes)
        {
            node.IsEjected = node != nodes[2].Node;
        }

        for (var i = 0; i < 50; i++)
        {
            nodes[2].Node.BeginRequest();
        }

        Assert.Same(nodes[2].Node, picker.Pick(Key(1)));
    }

    /// <summary>What is out leaves its part of the bounds to the others: else those would have no room for what there is to do, and no key would stay.</summary>
    [Theory]
    [MemberData(nameof(All))]
    public void OneOfFourEjected_KeysStayUnderLoad(ConsistentHashAlgorithm algorithm)
    {
        var (nodes, idle) = (Nodes.Of(4), Nodes.Of(4));
        var (picker, unbounded) = (Picker(algorithm, nodes), Picker(algorithm, idle, loadFactor: 0));
        nodes[3].Node.IsEjected = idle[3].Node.IsEjected = true;
        var underWay = new Queue<ServiceNode>();
        var moved = 0;
        for (var i = 1; i <= 5000; i++)
        {
            var node = picker.Pick(new PickContext { HashKey = Key(i).HashKey, Now = TimeSpan.TicksPerSecond })!;
            Assert.NotSame(nodes[3].Node, node);
            moved += node.Instance.InstanceId == unbounded.Pick(Key(i))!.Instance.InstanceId ? 0 : 1;
            node.BeginRequest();
            underWay.Enqueue(node);
            if (underWay.Count > 200)
            {
                underWay.Dequeue().EndRequest(RequestOutcome.Success);
            }
        }

        // Chance alone would move two of three.
        Assert.InRange(moved, 0, 500);
    }

    [Fact]
    public void BoundedLoad_NewView_KeepsTheCount()
    {
        var nodes = Nodes.Of(2);
        nodes[0].Node.BeginRequest();
        var picker = Picker(ConsistentHashAlgorithm.Rendezvous, nodes);
        for (var i = 0; i < 9; i++)
        {
            picker.Pick(Key(1))!.BeginRequest();
        }

        foreach (var (node, _) in nodes)
        {
            while (node.Outstanding > 1)
            {
                node.EndRequest(RequestOutcome.Success);
            }
        }

        // Two are under way. Six more make eight, of which one of two instances may have 1.25 times a half.
        picker = new ConsistentHashSelector().Picker(nodes, previous: picker, selection: new() { ConsistentHash = new() { Algorithm = ConsistentHashAlgorithm.Rendezvous } });
        for (var i = 0; i < 6; i++)
        {
            picker.Pick(Key(1))!.BeginRequest();
        }

        Assert.Equal([3, 5], nodes.Select(node => node.Node.Outstanding).Order());
    }

    [Fact]
    public void NoKey_GoesAnywhere()
    {
        var nodes = Nodes.Of(10);

        Assert.All(Picker(ConsistentHashAlgorithm.Auto, nodes).Count(nodes, 10_000), count => Assert.InRange(count, 800, 1200));
    }

    [Theory]
    [InlineData(64, ConsistentHashAlgorithm.Rendezvous)]
    [InlineData(65, ConsistentHashAlgorithm.Maglev)]
    public void Auto_GoesByTheNumberOfInstances(int count, ConsistentHashAlgorithm algorithm)
    {
        var nodes = Nodes.Of(count);

        Assert.Equal(Map(Picker(algorithm, nodes)), Map(Picker(ConsistentHashAlgorithm.Auto, nodes)));
    }

    private static IPicker Picker(ConsistentHashAlgorithm algorithm, ImmutableArray<WeightedNode> nodes, ulong seed = 1, int points = 160, double loadFactor = 1.25)
        => new ConsistentHashSelector().Picker(nodes, seed, selection: new() { ConsistentHash = new() { Algorithm = algorithm, RingPoints = points, LoadFactor = loadFactor } });

    private static PickContext Key(int number) => new() { HashKey = XxHash64.Hash("customer-" + number) };

    private static string[] Map(IPicker picker) => [.. Enumerable.Range(0, Keys).Select(i => picker.Pick(Key(i))!.Instance.InstanceId)];
}
