using System.Collections.Immutable;
using Discovery.Client.Selection;
using Xunit;

namespace Discovery.Client.Tests.Selection;

public sealed class SubsetTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(30)]
    [InlineData(99)]
    public void Rendezvous_OneLeaves_AtMostOneOfTheOthersChanges(int size)
    {
        var all = Nodes.Of(100);
        for (var caller = 0UL; caller < 20; caller++)
        {
            var before = RendezvousSubset.Take(all, size, caller);
            var after = RendezvousSubset.Take(all.RemoveAt(17), size, caller);
            Assert.Equal(size, before.Length);
            Assert.True(after.Except(before).Count() <= 1);
            Assert.Equal(before.OrderBy(node => node.Node.Instance.InstanceId, StringComparer.Ordinal), before);
        }
    }

    [Fact]
    public void Rendezvous_DifferentCallers_TakeDifferentOnes()
        => Assert.Equal(100, Enumerable.Range(0, 300).SelectMany(caller => RendezvousSubset.Take(Nodes100, 10, (ulong)caller)).Distinct().Count());

    [Theory]
    [InlineData(300, 300, 30)]
    [InlineData(10, 7, 3)]
    [InlineData(7, 10, 3)]
    [InlineData(5, 1, 2)]
    [InlineData(100, 3, 1)]
    public void Ring_AllPeers_LoadAllInstancesAlike(int instances, int peers, int size)
    {
        var all = Nodes.Of(instances);
        var load = all.ToDictionary(node => node.Node, _ => 0.0);
        for (var peer = 0; peer < peers; peer++)
        {
            var taken = RingSubset.Take(all, size, peer, peers);
            Assert.True(taken.Length >= Math.Min(size, instances));
            var sum = taken.Sum(node => node.Weight);
            foreach (var node in taken)
            {
                load[node.Node] += node.Weight / sum;
            }
        }

        Assert.All(load.Values, value => Assert.Equal((double)peers / instances, value, 1e-9));
    }

    [Fact]
    public void Ring_OneLeaves_FewChange()
    {
        var all = Nodes.Of(300);
        for (var peer = 0; peer < 300; peer++)
        {
            var before = RingSubset.Take(all, 30, peer, 300).Select(node => node.Node);
            Assert.True(RingSubset.Take(all.RemoveAt(17), 30, peer, 300).Select(node => node.Node).Except(before).Count() <= 3);
        }
    }

    private static ImmutableArray<WeightedNode> Nodes100 { get; } = Nodes.Of(100);
}
