using Discovery.Client.Snapshots;
using Discovery.Client.Tests.Simulation;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Discovery.Client.Tests.Snapshots;

/// <summary>A thousand services on one registry that goes away and comes back.</summary>
public sealed class ConnectionGateTests : IDisposable
{
    private const int Services = 1000;
    private readonly ScriptedBackend _backend = new();
    private readonly SimulatedWorld _world;

    public ConnectionGateTests()
    {
        _world = new SimulatedWorld(_backend);
        _world.Options.CurrentValue.IdleTimeout = TimeSpan.FromDays(1);
    }

    private static RegistryException Refused => new("connection refused", connection: "10.0.0.1:8500");

    public void Dispose()
    {
        _world.AssertNothingLeftTheThread();
        _world.Dispose();
    }

    [Fact]
    public void DeadServer_AtStart_IsAskedOncePerPause()
    {
        _backend.Opening = () => Refused;
        Touch(Services);
        _world.Run(0.01);
        Assert.Single(_backend.Watches);
        _world.Run(600);

        // The same as one service alone would ask.
        Assert.InRange(_backend.Watches.Count, 20, 40);
        Assert.Equal(1, _world.Log.Lines.Count(line => line.Level >= LogLevel.Information));
        Assert.Equal(1, _world.Log.Count(100));
        Assert.Equal("connection refused", _world.Catalog.GetOrAdd("s999").View.StaleReason);
    }

    [Fact]
    public void DeadServer_ComesBack_OthersFollowSpreadOut()
    {
        _backend.Opening = () => Refused;
        Touch(Services);
        _world.Run(60);
        var before = _backend.Watches.Count;
        _backend.Opening = () => Instances.List(1, "a");

        var perTenth = new List<int>();
        for (var i = 0; i < 500; i++)
        {
            var count = _backend.Watches.Count;
            _world.Run(0.1);
            perTenth.Add(_backend.Watches.Count - count);
        }

        Assert.Equal(Services, _backend.Watches.Count - before);
        Assert.InRange(perTenth.Max(), 2, 60);
        Assert.Equal(1, _world.Log.Count(101));
        Assert.All(_world.Catalog.Entries, entry => Assert.Null(entry.View.StaleSince));
    }

    [Fact]
    public void RunningWatches_AllBreakAtOnce_OneProbes()
    {
        _backend.Opening = () => Instances.List(1, "a");
        Touch(Services);
        _world.Run(1);
        Assert.Equal(Services, _backend.Watches.Count);

        _backend.Opening = () => Refused;
        for (var i = 0; i < Services; i++)
        {
            _backend.Push(Refused);
        }

        _world.Run(5);
        Assert.Equal(0, _backend.Running);
        Assert.InRange(_backend.Watches.Count - Services, 2, 7);
        Assert.Equal(1, _world.Log.Count(100));
        Assert.All(_world.Catalog.Entries, entry => Assert.Equal("a", Instances.Ids(entry.View.Instances)));
    }

    /// <summary>As when a service's own request is never answered while the server is well.</summary>
    [Fact]
    public void OneServiceFailsByConnectionForEver_OthersAreAskedAll_TheSame()
    {
        _backend.Opening = () => _backend.Queries[^1].Name == "bad" ? Refused : Instances.List(1, "a");
        _world.Client.GetView("bad");
        _world.Run(3);
        var early = _world.Catalog.GetOrAdd("good");
        early.Touch();
        _world.Run(3);
        Assert.Equal(ServiceViewState.Known, early.View.State);

        for (var i = 0; i < 60; i++)
        {
            _world.Catalog.GetOrAdd($"good{i}").Touch();
            _world.Run(2);
        }

        _world.Run(40);
        Assert.All(_world.Catalog.Entries.Where(entry => entry.Name != "bad"), entry => Assert.Equal(ServiceViewState.Known, entry.View.State));
        Assert.InRange(_backend.Queries.Count(query => query.Name == "bad"), 4, 30);
        Assert.InRange(_world.Log.Lines.Count(line => line is { Id: 100 or 101, Level: >= LogLevel.Information }), 1, 8);
    }

    [Fact]
    public void LiveServer_AtStart_HoldsNobodyBack()
    {
        _backend.Opening = () => Instances.List(1, "a");
        Touch(Services);
        _world.Run(0.001);
        Assert.All(_world.Catalog.Entries, entry => Assert.Equal("a", Instances.Ids(entry.View.Instances)));
        Assert.Equal(0, _world.Log.Count(100) + _world.Log.Count(101));
    }

    [Fact]
    public void Failure_OfTheRequestOnly_HoldsNobodyElseBack()
    {
        var first = true;
        _backend.Opening = () => first ? Fail(ref first) : Instances.List(1, "a");
        Touch(10);
        _world.Run(0.1);
        Assert.Equal(9, _world.Catalog.Entries.Count(entry => entry.View.StaleSince is null));
    }

    [Fact]
    public void Defect_OfTheLeader_PassesTheLeadOn()
    {
        var first = true;
        _backend.Opening = () => first ? Throw(ref first) : Instances.List(1, "a");
        Touch(10);
        _world.Run(0.1);
        Assert.Equal(9, _world.Catalog.Entries.Count(entry => entry.View.StaleSince is null));
    }

    [Fact]
    public void Leader_ThatIsNeverAnswered_PassesTheLeadOn()
    {
        Touch(2);
        _world.Run(29);
        Assert.Single(_backend.Watches);
        _world.Run(2);
        Assert.Equal(2, _backend.Watches.Count);
    }

    [Fact]
    public void Leader_ThatStops_PassesTheLeadOn()
    {
        _backend.Opening = () => Refused;
        Touch(2);
        _world.Run(0.01);
        var disposal = _world.Catalog.Entries[0].DisposeAsync().AsTask();
        _world.Run(0.01);
        Assert.True(disposal.IsCompletedSuccessfully);
        Assert.Single(_backend.Watches);
        _world.Run(0.7);
        Assert.Equal(2, _backend.Watches.Count);
    }

    [Fact]
    public void RetryAfter_OfTheConnection_HoldsAllBack()
    {
        _backend.Opening = () => new RegistryException("busy", connection: "10.0.0.1:8500") { RetryAfter = TimeSpan.FromSeconds(20) };
        Touch(100);
        _world.Run(19.9);
        Assert.Single(_backend.Watches);
        _world.Run(0.2);
        Assert.Equal(2, _backend.Watches.Count);
    }

    [Fact]
    public void Flapping_GoesOnWithThePauses()
    {
        var answers = false;
        _backend.Opening = () =>
        {
            answers = !answers;
            if (answers)
            {
                _backend.Push(Refused);
            }

            return answers ? Instances.List(1, "a") : Refused;
        };
        Touch(1);
        _world.Run(60);
        Assert.InRange(_backend.Watches.Count, 5, 14);
    }

    private static RegistryException Fail(ref bool first)
    {
        first = false;
        return new("forbidden");
    }

    private static InvalidOperationException Throw(ref bool first)
    {
        first = false;
        return new("defect");
    }

    private void Touch(int services)
    {
        for (var i = 0; i < services; i++)
        {
            _world.Catalog.GetOrAdd($"s{i}").Touch();
        }
    }
}
