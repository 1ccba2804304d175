using System.Collections.Immutable;
using Discovery.Client.Selection;
using Discovery.Client.Snapshots;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Discovery.Client.Tests.Selection;

public sealed class PickWideningTests
{
    private readonly ImmutableArray<WeightedNode> _nodes = Nodes.Of(3);

    [Fact]
    public void Pick_NoNodes_Null() => Assert.Null(PickWidening.Pick(View([], null), default));

    [Fact]
    public void Pick_AcceptableOne_Chosen()
    {
        _nodes[0].Node.IsEjected = true;

        Assert.Same(_nodes[2].Node, Pick([_nodes[1].Node], []));
    }

    [Fact]
    public void Pick_OnlyEjectedLeft_EjectedBeforeExcluded()
    {
        _nodes[0].Node.IsEjected = true;

        Assert.Same(_nodes[0].Node, Pick([_nodes[1].Node, _nodes[2].Node], []));
    }

    [Fact]
    public void Pick_OnlyExcludedLeft_ExcludedButNeverTheTried()
    {
        ServiceNode[] all = [_nodes[0].Node, _nodes[1].Node, _nodes[2].Node];

        Assert.Same(_nodes[1].Node, Pick(all, [_nodes[0].Node, _nodes[2].Node]));
        Assert.Null(Pick(all, all));
    }

    [Fact]
    public void Pick_PickerThatIgnoresWhatIsExcluded_IsNotFollowed()
    {
        var view = View(_nodes, new Stubborn(_nodes[0].Node));

        Assert.Same(_nodes[0].Node, PickWidening.Pick(view, default));
        Assert.Same(_nodes[1].Node, PickWidening.Pick(view, new PickContext { Excluded = new[] { _nodes[0].Node } }));
    }

    /// <summary>Requests use up several positions then; with as many nodes all would meet the same one.</summary>
    [Theory]
    [InlineData(SelectorNames.RoundRobin)]
    [InlineData(SelectorNames.WeightedRoundRobin)]
    public void Pick_AllEjected_EachHasItsPart(string selector)
    {
        for (var count = 2; count <= 10; count++)
        {
            var nodes = Nodes.Of(count);
            foreach (var (node, _) in nodes)
            {
                node.IsEjected = true;
            }

            var view = View(nodes, (selector == SelectorNames.RoundRobin ? new RoundRobinSelector() : (ISelector)new WeightedRoundRobinSelector()).Picker(nodes));
            var counts = Enumerable.Range(0, 100 * count).CountBy(_ => PickWidening.Pick(view, default)!).ToDictionary();

            Assert.Equal(count, counts.Count);
            Assert.All(counts.Values, value => Assert.InRange(value, 50, 150));
        }
    }

    private ServiceNode? Pick(ServiceNode[] excluded, ServiceNode[] never)
        => PickWidening.Pick(View(_nodes, new LeastRequestsSelector().Picker(_nodes)), new PickContext { Excluded = excluded }, never);

    private static ServiceView View(ImmutableArray<WeightedNode> nodes, IPicker? picker)
        => new(new FakeTimeProvider()) { ServiceName = "greeter", Query = new ServiceQuery("greeter"), Backend = "b", Nodes = nodes, Picker = picker };

    private sealed class Stubborn(ServiceNode node) : IPicker
    {
        public ServiceNode? Pick(in PickContext context) => node;
    }
}
