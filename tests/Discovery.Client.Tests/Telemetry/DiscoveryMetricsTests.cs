using System.Diagnostics.Metrics;
using Discovery.Client.Selection;
using Discovery.Client.Telemetry;
using Discovery.Client.Tests.Simulation;
using Discovery.Client.Tests.Snapshots;
using Xunit;

namespace Discovery.Client.Tests.Telemetry;

public sealed class DiscoveryMetricsTests : IDisposable
{
    private readonly ScriptedBackend _backend = new();
    private readonly SimulatedWorld _world;
    private readonly MeterListener _listener = new();
    private readonly List<string> _measured = [];

    public DiscoveryMetricsTests()
    {
        _world = new SimulatedWorld(_backend);
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Note(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Note(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Note(instrument, value, tags));
    }

    public void Dispose()
    {
        _listener.Dispose();
        _world.Dispose();
    }

    [Fact]
    public void Picks_AreCountedByServiceAndBackend()
    {
        Listen();
        Given(Instances.List(1, "a"));
        _world.Client.TryPick("orders")!.Dispose();
        Assert.Empty(Requests);
        _listener.RecordObservableInstruments();
        Assert.Equal(
            ["discovery.client.picks 1 discovery.backend=memory service.peer.name=orders", "discovery.client.attempts 1 discovery.backend=memory discovery.outcome=canceled service.peer.name=orders"],
            Requests);
    }

    [Fact]
    public void Attempts_CarryOutcomeAndError()
    {
        Listen();
        var counts = _world.Client.GetView("orders").Counts;
        counts.AddAttempt(RequestOutcome.NotSent, "ConnectionError");
        counts.AddAttempt(RequestOutcome.NotSent, "ConnectionError");
        _listener.RecordObservableInstruments();
        Assert.Contains("discovery.client.attempts 2 discovery.backend=memory discovery.outcome=not_sent error.type=ConnectionError service.peer.name=orders", _measured);
    }

    [Fact]
    public void Views_AreObserved()
    {
        Given(ServiceSnapshot.Create([Instances.Of("orders", "a"), Instances.Of("orders", "b", status: ServiceStatus.Down)], rejectedRecords: 2));
        _world.Run(6.999);
        Listen();
        _listener.RecordObservableInstruments();
        Assert.Contains("discovery.client.view.age 7 discovery.backend=memory service.peer.name=orders", _measured);
        Assert.Contains("discovery.client.view.instances 1 discovery.backend=memory discovery.state=used service.peer.name=orders", _measured);
        Assert.Contains("discovery.client.view.instances 1 discovery.backend=memory discovery.state=unused service.peer.name=orders", _measured);
        Assert.Contains("discovery.client.registry.connected 1 discovery.backend=memory", _measured);
    }

    [Fact]
    public void ReleasedService_HasNoAgeAnyMore_AndItsCountsGoOn()
    {
        _world.Options.CurrentValue.IdleTimeout = TimeSpan.FromMinutes(10);
        Given(Instances.List(1, "a"));
        _world.Client.TryPick("orders")!.Dispose();
        _world.Run(1500);
        Listen();
        _listener.RecordObservableInstruments();
        Assert.DoesNotContain(_measured, line => line.StartsWith("discovery.client.view.age", StringComparison.Ordinal));
        Assert.Contains("discovery.client.picks 1 discovery.backend=memory service.peer.name=orders", _measured);

        _measured.Clear();
        _world.Client.GetView("orders");
        _world.Run(1);
        _listener.RecordObservableInstruments();
        Assert.Contains(_measured, line => line.StartsWith("discovery.client.view.age", StringComparison.Ordinal));
    }

    [Fact]
    public void Registry_ErrorsConnectionRejectionsAndDifferencesAreMeasured()
    {
        Listen();
        var list = ServiceSnapshot.Create([Instances.Of("orders", "a")], rejectedRecords: 2);
        _backend.Opening = () => list;
        _world.Client.GetView("orders");
        _world.Run(1);
        Assert.Contains("discovery.client.registry.rejected_records 2 discovery.backend=memory service.peer.name=orders", _measured);

        list = Instances.List(2, "a", "b", "c");
        _world.Run(700);
        Assert.Contains("discovery.client.resync.differences 2 discovery.backend=memory service.peer.name=orders", _measured);

        _backend.Push(new RegistryException("refused", connection: "10.0.0.1:8500"));
        _backend.Opening = null;
        _world.Run(0.1);
        _listener.RecordObservableInstruments();
        Assert.Contains("discovery.client.registry.errors 1 discovery.backend=memory error.type=Discovery.Client.RegistryException", _measured);
        Assert.Contains("discovery.client.registry.connected 0 discovery.backend=memory", _measured);
    }

    [Fact]
    public void Counting_AllocatesNothing()
    {
        Given(Instances.List(1, "a", "b"));
        var view = _world.Client.GetView("orders");
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            view.Counts.AddPick();
            view.Counts.AddAttempt(RequestOutcome.Success, null);
            _world.Catalog.GetOrAdd("orders").Touch();
        }

        // Resolving the catalog from the test's container may allocate a little; the calls must not.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1000);
    }

    [Fact]
    public void Counts_OutliveTheInstancesAndTheListsThatTheyWereOf()
    {
        Listen();
        Given(Instances.List(1, "a"));
        Parallel.For(0, 100, _ => _world.Client.TryPick("orders")!.Complete(RequestOutcome.Success));
        Given(Instances.List(2, "b"));
        _world.Client.TryPick("orders")!.Complete(RequestOutcome.Success);
        _listener.RecordObservableInstruments();
        Assert.Equal(
            ["discovery.client.picks 101 discovery.backend=memory service.peer.name=orders", "discovery.client.attempts 101 discovery.backend=memory discovery.outcome=success service.peer.name=orders"],
            Requests);
    }

    private void Given(ServiceSnapshot list)
    {
        _backend.Push(list);
        _world.Client.GetView("orders");
        _world.Run(0.001);
    }

    private void Listen()
    {
        _ = _world.Catalog;
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == DiscoveryMetrics.MeterName && ReferenceEquals(instrument.Meter.Scope, Scope))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.Start();
    }

    private IEnumerable<string> Requests => _measured.Where(line => line.StartsWith("discovery.client.picks", StringComparison.Ordinal) || line.StartsWith("discovery.client.attempts", StringComparison.Ordinal));

    private object? Scope => _world.Program.GetService(typeof(IMeterFactory));

    private void Note<T>(Instrument instrument, T value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        => _measured.Add(FormattableString.Invariant($"{instrument.Name} {value} {string.Join(' ', tags.ToArray().OrderBy(tag => tag.Key, StringComparer.Ordinal).Select(tag => $"{tag.Key}={tag.Value}"))}"));
}
