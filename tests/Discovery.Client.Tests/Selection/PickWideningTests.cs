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

    private ServiceNode? Pick(ServiceNode[] excluded, ServiceNode[] never)
        => PickWidening.Pick(View(_nodes, new LeastRequestsSelector().Picker(_nodes)), new PickContext { Excluded = excluded }, never);

    private static ServiceView View(ImmutableArray<WeightedNode> nodes, IPicker? picker)
        => new(new FakeTimeProvider()) { ServiceName = "greeter", Query = new ServiceQuery("greeter"), Backend = "b", Nodes = nodes, Picker = picker };

    private sealed class Stubborn(ServiceNode node) : IPicker
    {
        public ServiceNode? Pick(in PickContext context) => node;
    }
}
