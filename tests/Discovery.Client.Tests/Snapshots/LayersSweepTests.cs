using Discovery.Client.Selection;
using Discovery.Client.Snapshots;
using Discovery.Client.Tests.Simulation;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Discovery.Client.Tests.Snapshots;

public sealed class LayersSweepTests : IDisposable
{
    private readonly ScriptedBackend _backend = new();
    private readonly SimulatedWorld _world;

    public LayersSweepTests() => _world = new SimulatedWorld(_backend);

    private ServiceEntry Orders => _world.Catalog.GetOrAdd("orders");

    private double[] Weights => [.. Orders.View.Nodes.Select(node => Math.Round(node.Weight, 2))];

    public void Dispose() => _world.Dispose();

    [Fact]
    public void SlowStart_NodeThatJoins_RisesWithoutNewsToFollowers()
    {
        Given(Instances.List(1, "a", "b"));
        Assert.Equal([1, 1], Weights);

        _backend.Push(Instances.List(2, "a", "b", "c"));
        _world.Run(1.5);
        var revision = Orders.View.Revision;
        Assert.Equal([1, 1, 0.1], Weights);

        _world.Run(14);
        Assert.InRange(Weights[2], 0.46, 0.52);
        _world.Run(16);
        Assert.Equal([1, 1, 1], Weights);
        Assert.Equal(revision, Orders.View.Revision);
        _world.AssertNothingLeftTheThread();
    }

    [Fact]
    public void SlowStart_SwitchedOff_NodeHasAllOfItsWeight()
    {
        _world.Options.CurrentValue.Selection.SlowStart.Window = TimeSpan.Zero;
        Given(Instances.List(1, "a"));
        _backend.Push(Instances.List(2, "a", "b"));
        _world.Run(1);
        Assert.Equal([1, 1], Weights);
    }

    /// <summary>A zone crashes and is still listed. Where nobody is reached at all it may be this machine, and only one is left out.</summary>
    [Theory]
    [InlineData(true, "d,e,f")]
    [InlineData(false, "b,c")]
    public void Outlier_WholeZoneUnreachable_SpillsOverWhileOthersAreReached(bool othersAreReached, string used)
    {
        var selection = _world.Options.CurrentValue.Selection;
        (selection.Outlier.Enabled, selection.Zone.Local, selection.Zone.MinInstances) = (true, "here", 1);
        GivenTwoZones();
        Assert.Equal("a,b,c", Used());

        foreach (var (node, _) in Orders.View.Candidates)
        {
            for (var i = 0; i < 5; i++)
            {
                node.BeginRequest();
                node.EndRequest(othersAreReached && node.Instance.Zone == "there" ? RequestOutcome.Success : RequestOutcome.NotSent);
            }
        }

        _world.Run(5);
        Assert.Equal(used, Used());
    }

    /// <summary>Circuit breakers say of a whole zone that it is not to be asked. Nobody tells when they do.</summary>
    [Fact]
    public void Refused_WholeZone_SpillsOverUntilItIsTakenBack()
    {
        var selection = _world.Options.CurrentValue.Selection;
        (selection.Outlier.Enabled, selection.SlowStart.Window, selection.Zone.Local, selection.Zone.MinInstances) = (false, TimeSpan.Zero, "here", 1);
        GivenTwoZones();
        Assert.Equal("a,b,c", Used());

        Refuse(true);
        _world.Run(1.5);
        Assert.Equal("d,e,f", Used());

        Refuse(false);
        _world.Run(1.5);
        Assert.Equal("a,b,c", Used());

        void Refuse(bool refused)
        {
            foreach (var (node, _) in Orders.View.Candidates.Where(node => node.Node.Instance.Zone == "here"))
            {
                node.IsRefused = refused;
            }
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Outlier_FailuresInARow_TakesTheInstanceOutWithinASecond(bool enabled)
    {
        _world.Options.CurrentValue.Selection.Outlier.Enabled = enabled;
        Given(Instances.List(1, "a", "b", "c"));
        var node = FailFiveTimes();
        _world.Run(1);
        Assert.Equal(enabled, node.IsEjected);
        Assert.Equal(enabled ? 1 : 0, _world.Log.Count(360, LogLevel.Warning));
        for (var i = 0; i < 100; i++)
        {
            Assert.True(!enabled || _world.Client.TryPick("orders")!.Node != node);
        }

        _backend.Push(Instances.List(2, "a", "b", "c", "d"));
        _world.Run(1);
        Assert.Equal(enabled, Orders.View.Nodes[1].Node.IsEjected);
    }

    /// <summary>Each second a view may be made anew, which takes long for many instances: no request may wait for that.</summary>
    [Fact]
    public async Task Touch_WhileAViewIsMade_DoesNotWait()
    {
        Given(Instances.List(1, "a", "b"));
        _world.Run(1.5);
        using var begun = new ManualResetEventSlim();
        using var mayEnd = new ManualResetEventSlim();
        var update = Task.Factory.StartNew(
            () => Orders.Update(view =>
            {
                begun.Set();
                mayEnd.Wait();
                return view;
            }),
            TestContext.Current.CancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        begun.Wait(TestContext.Current.CancellationToken);
        try
        {
            var pick = Task.Factory.StartNew(() => _world.Client.TryPick("orders"), TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);

            Assert.NotNull(await pick.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken));
        }
        finally
        {
            mayEnd.Set();
            await update;
        }
    }

    [Fact]
    public void SlowStart_NodeThatIsListedBeforeItIsUp_BeginsWhenItIs()
    {
        Given(ServiceSnapshot.Create([Instances.Of("orders", "a"), Instances.Of("orders", "b"), Instances.Of("orders", "c", status: ServiceStatus.Down)], new(1, 1)));
        Assert.Equal([1, 1], Weights);
        _world.Run(40);
        List(2, ServiceStatus.Up, ServiceStatus.Starting);
        Assert.Equal([1, 1, 0.1], Weights);
        _world.Run(40);
        List(3, ServiceStatus.Up, ServiceStatus.Up);
        Assert.Equal([1, 1, 1, 0.1], Weights);

        // Who has taken requests before does so again at once.
        _world.Run(40);
        List(4, ServiceStatus.Down, ServiceStatus.Up);
        Assert.Equal([1, 1, 1], Weights);
        List(5, ServiceStatus.Up, ServiceStatus.Up);
        Assert.Equal([1, 1, 1, 1], Weights);

        void List(ulong number, ServiceStatus c, ServiceStatus d)
        {
            _backend.Push(ServiceSnapshot.Create(
                [Instances.Of("orders", "a"), Instances.Of("orders", "b"), Instances.Of("orders", "c", status: c), Instances.Of("orders", "d", status: d)], new(1, number)));
            _world.Run(1.5);
        }
    }

    [Fact]
    public void Outlier_SwitchedOffWhileTheInstanceIsDown_ReturnsWithIt()
    {
        Given(Instances.List(1, "a", "b", "c"));
        var node = FailFiveTimes();
        _world.Run(1);
        Assert.True(node.IsEjected);
        List(2, ServiceStatus.Down);
        _world.Options.CurrentValue.Selection.Outlier.Enabled = false;
        _world.Run(2);
        List(3, ServiceStatus.Up);
        Assert.Contains(Orders.View.Nodes, one => one.Node == node);
        Assert.False(node.IsEjected);

        void List(ulong number, ServiceStatus status)
        {
            _backend.Push(ServiceSnapshot.Create([Instances.Of("orders", "a"), Instances.Of("orders", "b", status: status), Instances.Of("orders", "c")], new(1, number)));
            _world.Run(1.5);
        }
    }

    /// <summary>Five failures in a row of the second instance.</summary>
    private ServiceNode FailFiveTimes()
    {
        var node = Orders.View.Nodes[1].Node;
        for (var i = 0; i < 5; i++)
        {
            node.BeginRequest();
            node.EndRequest(RequestOutcome.Failure);
        }

        return node;
    }

    /// <summary>Three instances here and three there.</summary>
    private void GivenTwoZones()
        => Given(ServiceSnapshot.Create([.. "abcdef".Select(id => Instances.Of("orders", $"{id}") with { Zone = id < 'd' ? "here" : "there" })], new(1, 1), null));

    private string Used() => Instances.Ids(Orders.View.Nodes.Where(node => !node.Node.IsEjected).Select(node => node.Node.Instance));

    private void Given(ServiceSnapshot list)
    {
        _backend.Push(list);
        Orders.Touch();
        _world.Run(1);
    }
}
