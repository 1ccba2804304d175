using Discovery.Client.Selection;
using Discovery.Client.Snapshots;
using Discovery.Client.Tests.Simulation;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Discovery.Client.Tests.Snapshots;

public sealed class PanicTests : IDisposable
{
    private readonly ScriptedBackend _backend = new();
    private readonly SimulatedWorld _world;

    public PanicTests() => _world = new SimulatedWorld(_backend);

    private SelectionOptions Selection => _world.Options.CurrentValue.Selection;

    private ServiceView View => _world.Catalog.GetOrAdd("orders").View;

    private string Used => Instances.Ids(View.Nodes.Select(node => node.Node.Instance));

    public void Dispose() => _world.Dispose();

    [Theory]
    [InlineData("a b", "c d", 50, "a,b", false)]
    [InlineData("a", "c d", 50, "a,c,d", true)]
    [InlineData("a", "c d", 33, "a", false)]
    [InlineData("d", "a b", 50, "a,b,d", true)]
    [InlineData("", "c d", 0, "c,d", true)]
    public void List_SomeDown_AllAreUsedBelowTheThreshold(string up, string down, int threshold, string used, bool panics)
    {
        Selection.Panic.Threshold = threshold;
        Given(up, down);
        Assert.Equal(used, Used);
        Assert.Equal(panics, View.IsPanicking);
        Assert.Equal(panics ? 1 : 0, _world.Log.Count(362, LogLevel.Warning));
    }

    [Fact]
    public void List_OutOfServiceOrStarting_CountsInNoWay()
    {
        Push(1, [Instances.Of("orders", "a"), Instances.Of("orders", "b", status: ServiceStatus.OutOfService), Instances.Of("orders", "c", status: ServiceStatus.Starting), Instances.Of("orders", "d", 0)]);
        Assert.Equal("a", Used);
        Assert.False(View.IsPanicking);
    }

    [Fact]
    public void List_RecoversAndFailsAgain_OneLineEach()
    {
        Given("a", "b c");
        Given("a b", "c", 2);
        Assert.Equal("a,b", Used);
        Assert.False(View.IsPanicking);
        Assert.Equal(1, _world.Log.Count(363, LogLevel.Information));
        Given("a b", "c", 3);
        Assert.Equal(1, _world.Log.Count(362, LogLevel.Warning));
    }

    [Fact]
    public void Settings_ThresholdChanges_TakesEffectAtOnce()
    {
        Given("a", "b c");
        _world.Options.Reload(options => options.Selection.Panic.Threshold = 20);
        Assert.Equal("a", Used);
    }

    [Fact]
    public void Ejected_MoreThanHalf_AreChosenAgainUntilEnoughReturn()
    {
        Selection.Outlier.Enabled = true;
        Selection.Outlier.MaxEjectedPercent = 100;
        _world.Options.CurrentValue.Selector = SelectorNames.RoundRobin;
        Given("a b c d", "");
        var revision = View.Revision;
        foreach (var node in View.Nodes[..3])
        {
            for (var i = 0; i < 5; i++)
            {
                node.Node.BeginRequest();
                node.Node.EndRequest(RequestOutcome.Failure);
            }
        }

        _world.Run(1);
        Assert.True(View.IsPanicking);
        Assert.True(View.Revision > revision);
        Assert.Equal("a,b,c,d", string.Join(',', Picks(100).Distinct().Order()));

        // After their time each returns with one request that ends well.
        for (var i = 0; i < 60; i++)
        {
            Picks(8);
            _world.Run(1);
        }

        Assert.False(View.IsPanicking);
        Assert.DoesNotContain(View.Nodes, node => node.Node.IsEjected);
    }

    private string[] Picks(int count)
        => [.. Enumerable.Range(0, count).Select(_ =>
        {
            using var pick = _world.Client.TryPick("orders")!;
            pick.Complete(RequestOutcome.Success);
            return pick.Instance.InstanceId;
        })];

    private void Given(string up, string down, ulong version = 1)
        => Push(version, [.. up.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(id => Instances.Of("orders", id)), .. down.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(id => Instances.Of("orders", id, status: ServiceStatus.Down))]);

    private void Push(ulong version, ServiceInstance[] instances)
    {
        _backend.Push(ServiceSnapshot.Create(instances, new(1, version), null));
        _world.Catalog.GetOrAdd("orders").Touch();
        _world.Run(1);
    }
}
