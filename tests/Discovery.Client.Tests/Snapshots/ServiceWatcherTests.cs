using System.Diagnostics.Metrics;
using Discovery.Client.Snapshots;
using Discovery.Client.Tests.Simulation;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Discovery.Client.Tests.Snapshots;

public sealed class ServiceWatcherTests : IDisposable
{
    private readonly ScriptedBackend _backend = new();
    private readonly SimulatedWorld _world;

    public ServiceWatcherTests() => _world = new SimulatedWorld(_backend);

    private ServiceEntry Orders => _world.Catalog.GetOrAdd("orders");

    private ServiceView View => Orders.View;

    private string Ids => Instances.Ids(View.Instances);

    public void Dispose() => _world.Dispose();

    [Fact]
    public void Watch_FirstInterest_StartsOneAndAllShareIt()
    {
        for (var i = 0; i < 50; i++)
        {
            Orders.Touch();
        }

        _world.Run(1);
        Assert.Single(_backend.Watches);
        Assert.Equal(ServiceViewState.Pending, View.State);

        _backend.Push(Instances.List(1, "a", "b"));
        _world.Run(1);
        Assert.Equal((ServiceViewState.Known, "a,b"), (View.State, Ids));
        Assert.Equal(TimeSpan.FromSeconds(1), View.Age);
        _world.AssertNothingLeftTheThread();
    }

    [Fact]
    public void Entry_NotTouched_IsNotWatched()
    {
        _ = Orders.View;
        _world.Run(1);
        Assert.Empty(_backend.Watches);
    }

    [Fact]
    public void FirstAnswer_Empty_IsBelieved()
    {
        Given(Instances.List(1));
        Assert.Equal(ServiceViewState.Empty, View.State);
        Assert.Null(View.StaleSince);
    }

    [Fact]
    public void Answer_OlderThanTheLast_IsIgnored()
    {
        Given(Instances.List(5, "a", "b"), Instances.List(4, "a"));
        Assert.Equal("a,b", Ids);
        Assert.Equal(1, _world.Log.Count(105, LogLevel.Debug));
    }

    [Fact]
    public void Answer_OlderVersionInANewSession_IsTaken()
    {
        Given(Instances.List(5, "a", "b"), new RegistryException("cut"));
        _world.Run(1);
        _backend.Push(Instances.List(3, "a"));
        _world.Run(1);
        Assert.Equal("a", Ids);
    }

    [Fact]
    public void Answer_SameObjectAgain_OnlyConfirms()
    {
        var list = Instances.List(1, "a");
        Given(list);
        var before = View;
        _world.Run(10);
        _backend.Push(list);
        _world.Run(1);
        Assert.Equal(TimeSpan.FromSeconds(1), View.Age);
        Assert.Equal(before.Revision, View.Revision);
        Assert.Same(before.Picker, View.Picker);
    }

    [Fact]
    public void Failure_KeepsTheListAgesItAndRecovers()
    {
        Given(Instances.List(1, "a"));
        var failedAt = _world.Clock.GetUtcNow();
        _backend.Push(new RegistryException("the registry said 500"));
        _world.Run(0.1);
        Assert.Equal(("a", failedAt, "the registry said 500"), (Ids, View.StaleSince, View.StaleReason));
        Assert.Equal(ServiceViewState.Known, View.State);
        Assert.NotNull(Orders.LastError);

        _backend.Opening = () => Instances.List(2, "a", "b");
        _world.Run(1);
        Assert.Equal("a,b", Ids);
        Assert.Null(View.StaleSince);
        Assert.Null(Orders.LastError);
    }

    [Fact]
    public void Failure_ResumesFromTheLastAcceptedList()
    {
        var list = Instances.List(1, "a");
        Given(list, new RegistryException("cut"));
        _world.Run(1);
        Assert.Equal([null, list], _backend.Watches);
    }

    [Fact]
    public void Failures_InARow_PauseLongerUpToTheCap()
    {
        _world.Options.CurrentValue.IdleTimeout = TimeSpan.FromDays(1);
        _backend.Opening = () => new RegistryException("no");
        Orders.Touch();
        _world.Run(3600);

        // 0.5 s x 1.6 to 30 s takes ten attempts; then about one every 30 s.
        Assert.InRange(_backend.Watches.Count, 100, 160);
        Assert.Equal(1, _world.Log.Count(102));
    }

    [Fact]
    public void Failure_NotTransient_PausesAtTheCapAtOnce()
    {
        _backend.Opening = () => new RegistryException("forbidden", isTransient: false);
        Orders.Touch();
        _world.Run(23);
        Assert.Single(_backend.Watches);
        _world.Run(14);
        Assert.Equal(2, _backend.Watches.Count);
    }

    [Fact]
    public void Failure_RetryAfter_IsHonoured()
    {
        _backend.Opening = () => new RegistryException("429") { RetryAfter = TimeSpan.FromSeconds(20) };
        Orders.Touch();
        _world.Run(19.9);
        Assert.Single(_backend.Watches);
        _world.Run(0.2);
        Assert.Equal(2, _backend.Watches.Count);
    }

    [Fact]
    public void Backoff_AfterAStableSession_StartsOver()
    {
        _backend.Opening = () => new RegistryException("no");
        Orders.Touch();
        _world.Run(300);
        _backend.Opening = () => Instances.List(1, "a");
        _world.Run(60);
        var watches = _backend.Watches.Count;
        _backend.Push(new RegistryException("cut"));
        _world.Run(0.7);
        Assert.Equal(watches + 1, _backend.Watches.Count);
    }

    [Fact]
    public void Defect_OfAnAdapter_IsAFailureLikeAnother()
    {
        Given(Instances.List(1, "a"), new InvalidOperationException("defect"));
        _backend.Opening = () => Instances.List(2, "b");
        _world.Run(1);
        Assert.Equal("b", Ids);
        Assert.Equal(1, _world.Log.Count(102));
    }

    [Fact]
    public void Logger_ThrowsAtEveryLine_EndsNoWatch()
    {
        _world.Log.Throws = _ => true;
        _world.Options.CurrentValue.IdleTimeout = TimeSpan.FromMinutes(10);
        _backend.Opening = () => new RegistryException("away", connection: "registry");
        Orders.Touch();
        _world.Run(20);
        _backend.Opening = () => new RegistryException("500");
        _world.Run(60);
        _backend.Opening = () => Instances.List(1, "a");
        _world.Run(40);
        Assert.Equal(("a", null), (Ids, View.StaleReason));
        Assert.Equal(1, _backend.Running);

        // As if it did not throw, each list is taken by the same watch.
        var watches = _backend.Watches.Count;
        _backend.Push(Instances.List(2, "b"));
        _backend.Push(Instances.List(3));
        _world.Run(50);
        Assert.Equal((ServiceViewState.Empty, watches), (View.State, _backend.Watches.Count));

        _world.Run(1500);
        Assert.Equal(0, _backend.Running);
        Orders.Touch();
        _world.Run(1);
        Assert.Equal(("a", 1), (Ids, _backend.Running));
    }

    [Fact]
    public void Meter_ListenerThrows_EndsNoWatch()
    {
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (ReferenceEquals(instrument.Meter.Scope, _world.Program.GetRequiredService<IMeterFactory>()))
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, _, _, _) => throw new InvalidOperationException($"a listener's defect at {instrument.Name}"));
        _ = _world.Metrics;
        listener.Start();
        _backend.Opening = () => new RegistryException("500");
        Orders.Touch();
        _world.Run(1);
        _backend.Opening = () => ServiceSnapshot.Create([Instances.Of("orders", "a")], rejectedRecords: 1);
        _world.Run(10);
        Assert.Equal(("a", null, 1), (Ids, View.StaleReason, _backend.Running));
    }

    [Fact]
    public void Exception_WhoseMessageThrows_EndsNoWatchAndIsNotMetInALoop()
    {
        _backend.Opening = () => new UnspeakableException();
        Orders.Touch();
        _world.Run(60);
        Assert.InRange(_backend.Watches.Count, 2, 20);
        _backend.Opening = () => Instances.List(1, "a");
        _world.Run(40);
        Assert.Equal("a", Ids);
    }

    // The watch that opened the gate asked before it opened.
    [Fact]
    public void Outage_OfTheOnlyWatch_IsOneLine()
    {
        Orders.Touch();
        _world.Run(0.1);
        _backend.Push(Instances.List(1, "a"));
        _world.Run(60);
        _backend.Opening = () => new RegistryException("away", connection: "registry");
        _backend.Push(new RegistryException("cut", connection: "registry"));
        _world.Run(60);
        Assert.Equal([100], _world.Log.Lines.Where(line => line.Level >= LogLevel.Information).Select(line => line.Id));
        _backend.Opening = () => Instances.List(1, "a");
        _world.Run(40);
        Assert.Equal([100, 101], _world.Log.Lines.Where(line => line.Level >= LogLevel.Information).Select(line => line.Id));
    }

    [Fact]
    public void Watch_ThatYieldsWithoutPause_IsSlowed()
    {
        var yields = 0;
        _backend.Opening = () => Instances.List((ulong)++yields, "a");
        for (var i = 0; i < 10_000; i++)
        {
            _backend.Push(Instances.List((ulong)(i + 2), "a"));
        }

        Orders.Touch();
        _world.Run(10);
        Assert.InRange((int)View.Version.Number, 200, 260);
    }

    [Fact]
    public void Watch_ThatBreaksAtOnceAfterEachAnswer_IsNotAskedInALoop()
    {
        var asked = 0UL;
        _backend.Opening = () =>
        {
            _backend.Push(new RegistryException("cut"));
            return Instances.List(++asked, "a");
        };
        Orders.Touch();
        _world.Run(10);
        Assert.InRange(asked, 2UL, 12UL);
    }

    [Fact]
    public void Resync_FindsAMissedChange()
    {
        _world.Options.CurrentValue.ResyncInterval = TimeSpan.FromMinutes(3);
        var truth = Instances.List(1, "a", "b");
        _backend.Opening = () => truth;
        Orders.Touch();
        _world.Run(1);
        truth = Instances.List(2, "b", "c");

        _world.Run(118);
        Assert.Equal("a,b", Ids);
        _world.Run(122);
        Assert.Equal("b,c", Ids);
        Assert.Equal([null, null], _backend.Watches);
        Assert.Equal(1, _world.Log.Count(109));
        Assert.Null(View.StaleSince);
    }

    [Fact]
    public void Resync_WithoutDifference_TellsNobodyAndKeepsNodesAndPicker()
    {
        _world.Options.CurrentValue.ResyncInterval = TimeSpan.FromMinutes(3);
        _backend.Opening = () => Instances.List(1, "a", "b");
        Orders.Touch();
        _world.Run(1);
        var before = View;
        _world.Run(600);
        Assert.InRange(_backend.Watches.Count, 3, 6);
        Assert.Equal(before.Revision, View.Revision);
        Assert.Same(before.Picker, View.Picker);
        Assert.Equal(before.AllNodes, View.AllNodes);
    }

    [Fact]
    public void Idle_EndsTheWatchKeepsTheViewAndStartsAgainAtTheNextInterest()
    {
        _world.Options.CurrentValue.IdleTimeout = TimeSpan.FromMinutes(10);
        Given(Instances.List(1, "a"));
        _world.Run(540);
        Assert.Equal(1, _backend.Running);

        _world.Run(900);
        Assert.Equal(0, _backend.Running);
        Assert.Equal((ServiceViewState.Known, "a"), (View.State, Ids));
        Assert.StartsWith("not watched", View.StaleReason, StringComparison.Ordinal);

        Assert.Equal("a", Instances.Ids(Orders.Touch().Instances));
        _world.Run(0.1);
        Assert.Equal(1, _backend.Running);
        _backend.Push(Instances.List(2, "a", "b"));
        _world.Run(0.1);
        Assert.Equal("a,b", Ids);
        Assert.Null(View.StaleSince);
    }

    [Fact]
    public void Idle_TouchedNowAndThen_GoesOn()
    {
        _world.Options.CurrentValue.IdleTimeout = TimeSpan.FromMinutes(10);
        Given(Instances.List(1, "a"));
        for (var i = 0; i < 10; i++)
        {
            Orders.Touch();
            _world.Run(500);
        }

        Assert.Equal(1, _backend.Running);
    }

    [Fact]
    public void Dispose_EndsWatchesAndChangesNoList()
    {
        Given(Instances.List(1, "a"));
        var entry = Orders;
        _world.Dispose();
        Assert.Equal(0, _backend.Running);
        Assert.Equal("a", Instances.Ids(entry.View.Instances));
        entry.Touch();
        _world.Run(10);
        Assert.Equal(0, _backend.Running);
    }

    [Fact]
    public void Reload_OtherRegistryName_StartsANewSessionAndKeepsTheListMeanwhile()
    {
        Given(Instances.List(1, "a"));
        _world.Options.Reload(options => options.Services["orders"] = new() { Name = "orders-v2" });
        _world.Run(0.1);
        Assert.Equal(["orders", "orders-v2"], _backend.Queries.Select(query => query.Name));
        Assert.Equal([null, null], _backend.Watches);
        Assert.Equal("a", Ids);
        _backend.Push(Instances.List(1, "x"));
        _world.Run(0.1);
        Assert.Equal(("x", "orders-v2"), (Ids, View.Query.Name));
    }

    [Fact]
    public void Reload_OtherSelector_RebuildsThePickerWithTheSameNodesAndTellsNobody()
    {
        Given(Instances.List(1, "a", "b"));
        var before = View;
        _world.Options.Reload(options => options.Services["orders"] = new() { Selector = "round-robin" });
        Assert.NotEqual(before.Picker!.GetType(), View.Picker!.GetType());
        Assert.Equal(before.Nodes, View.Nodes);
        Assert.Equal(before.Revision, View.Revision);
        Assert.Single(_backend.Watches);
    }

    [Fact]
    public void Reload_OtherBackend_IsRefusedWithOneLine()
    {
        Given(Instances.List(1, "a"));
        for (var i = 0; i < 3; i++)
        {
            _world.Options.Reload(options => options.Services["orders"] = new() { Backend = "other" });
        }

        _world.Run(1);
        Assert.Equal(1, _world.Log.Count(110));
        Assert.Single(_backend.Watches);
    }

    [Fact]
    public void Name_DeclaredInOtherCase_IsTheSameService()
    {
        _world.Options.CurrentValue.Services["Orders"] = new();
        Assert.Same(_world.Catalog.GetOrAdd("ORDERS"), Orders);
        Assert.Equal("Orders", Orders.Name);
        Assert.NotSame(_world.Catalog.GetOrAdd("STOCK"), _world.Catalog.GetOrAdd("stock"));
        Assert.Throws<ArgumentException>(() => _world.Catalog.GetOrAdd(" x"));
    }

    private void Given(params object[] script)
    {
        Array.ForEach(script, _backend.Push);
        Orders.Touch();
        _world.Run(0.001);
    }
}
