using Discovery.Client.Selection;
using Xunit;

namespace Discovery.Client.Tests.Selection;

public sealed class FewNodesTests
{
    [Fact]
    public void TwoChoices_OneOfThreeIsEjected_StillLookAtTheOtherTwo()
    {
        var nodes = Nodes.Of(3);
        nodes[0].Node.IsEjected = true;
        nodes[1].Node.BeginRequest();

        var counts = new LeastRequestsSelector().Picker(nodes).Count(nodes, 10_000);

        // Only if each of four draws has the busy one and the ejected one: one in 81.
        Assert.Equal(0, counts[0]);
        Assert.InRange(counts[1], 60, 190);
    }
}
