using Discovery.Client.Snapshots;
using Discovery.Client.Tests.Simulation;
using Xunit;

namespace Discovery.Client.Tests.Snapshots;

public sealed class EmptyingTests : IDisposable
{
    private readonly ScriptedBackend _backend = new();
    private readonly SimulatedWorld _world;

    public EmptyingTests()
    {
        _world = new SimulatedWorld(_backend);
        _world.Options.CurrentValue.EmptyHold = TimeSpan.FromSeconds(30);
        _backend.Push(Instances.List(1, "a", "b"));
        Orders.Touch();
        _world.Run(1);
    }

    private ServiceEntry Orders => _world.Catalog.GetOrAdd("orders");

    private ServiceView View => Orders.View;

    private string Ids => Instances.Ids(View.Instances);

    public void Dispose()
    {
        _world.AssertNothingLeftTheThread();
        _world.Dispose();
    }

    [Fact]
    public void Empty_ConfirmedByARead_IsObeyed()
    {
        _backend.Read = () => Instances.List(2);
        _backend.Push(Instances.List(2));
        _world.Run(0.1);
        Assert.Equal((ServiceViewState.Empty, 1), (View.State, _backend.Reads));
        Assert.Null(View.StaleSince);
    }

    [Fact]
    public void Empty_RefutedByARead_TakesTheReadsListAndStartsOver()
    {
        _backend.Read = () => Instances.List(2, "b");
        _backend.Push(Instances.List(2));
        _world.Run(0.1);
        Assert.Equal("b", Ids);
        Assert.Single(_backend.Watches);
        _world.Run(1);
        Assert.Equal([null, null], _backend.Watches);
    }

    [Fact]
    public void Empty_ReadFails_IsHeldAtMostForTheLimit()
    {
        _backend.Push(Instances.List(2));
        _world.Run(29.9);
        Assert.Equal((ServiceViewState.Known, "a,b"), (View.State, Ids));
        Assert.Contains("kept until", View.StaleReason, StringComparison.Ordinal);
        Assert.InRange(_backend.Reads, 5, 12);
        Assert.NotNull(_world.Client.TryPick("orders"));

        _world.Run(0.2);
        Assert.Equal(ServiceViewState.Empty, View.State);
    }

    [Fact]
    public void Empty_NoConfirmingRead_IsHeldForTheLimitWithoutReads()
    {
        _backend.Capabilities = RegistryCapabilities.None;
        _backend.Push(Instances.List(2));
        _world.Run(29.9);
        Assert.Equal("a,b", Ids);
        _world.Run(0.2);
        Assert.Equal((ServiceViewState.Empty, 0), (View.State, _backend.Reads));
    }

    [Fact]
    public void Empty_ReadHangs_IsObeyedAtTheLimit()
    {
        var reads = 0;
        _world.Dispose();
        var hanging = new HangingReadBackend(_backend, () => reads++);
        using var world = new SimulatedWorld(hanging);
        world.Options.CurrentValue.EmptyHold = TimeSpan.FromSeconds(30);
        var entry = world.Catalog.GetOrAdd("orders");
        _backend.Push(Instances.List(1, "a"));
        _backend.Push(Instances.List(2));
        entry.Touch();
        world.Run(29);
        Assert.Equal("a", Instances.Ids(entry.View.Instances));
        world.Run(2);
        Assert.Equal((ServiceViewState.Empty, 1), (entry.View.State, reads));
    }

    [Fact]
    public void Empty_AfterABreak_IsHeldAlthoughAReadConfirmsIt()
    {
        _backend.Read = () => Instances.List(new SnapshotVersion(2, 0), null);
        _backend.Push(Instances.List(new SnapshotVersion(2, 0), null));
        _world.Run(20);
        Assert.Equal("a,b", Ids);
        Assert.InRange(_backend.Reads, 2, 5);
        _backend.Push(Instances.List(new SnapshotVersion(2, 1), null, "b"));
        _world.Run(0.1);
        Assert.Equal("b", Ids);
        Assert.Null(View.StaleSince);

        _world.Run(60);
        Assert.Equal("b", Ids);
    }

    [Theory]
    [InlineData(10, true)]
    [InlineData(31, false)]
    public void Empty_SoonAfterAnOutage_IsHeldAlthoughAReadConfirmsIt(double secondsAfter, bool isHeld)
    {
        _backend.Read = () => Instances.List(3);
        _backend.Push(new RegistryException("away"));
        _world.Run(1);
        _backend.Push(Instances.List(2, "a"));
        _world.Run(secondsAfter);

        // Leases that nobody could renew during the outage run out now.
        _backend.Push(Instances.List(3));
        _world.Run(1);
        Assert.Equal(isHeld ? "a" : "", Ids);
        _world.Run(30);
        Assert.Equal("", Ids);
    }

    [Fact]
    public void Empty_AfterABreakForGood_IsObeyedAtTheLimit()
    {
        _backend.Read = () => Instances.List(new SnapshotVersion(2, 0), null);
        _backend.Push(Instances.List(new SnapshotVersion(2, 0), null));
        _world.Run(29.9);
        Assert.Equal("a,b", Ids);
        _world.Run(0.2);
        Assert.Equal(ServiceViewState.Empty, View.State);
    }

    [Fact]
    public void Empty_LimitZero_IsObeyedAtOnce()
    {
        _world.Options.CurrentValue.EmptyHold = TimeSpan.Zero;
        _backend.Push(Instances.List(2));
        _world.Run(0.001);
        Assert.Equal((ServiceViewState.Empty, 0), (View.State, _backend.Reads));
    }

    [Fact]
    public void Empty_ThenTheWatchBreaks_KeepsTheList()
    {
        _backend.Push(Instances.List(2));
        _backend.Push(new RegistryException("cut"));
        _backend.Opening = () => new RegistryException("away");
        _world.Run(300);
        Assert.Equal(("a,b", "away"), (Ids, View.StaleReason));
    }

    private sealed class HangingReadBackend(ScriptedBackend inner, Action onRead) : IRegistryBackend
    {
        public RegistryCapabilities Capabilities => inner.Capabilities;

        public IAsyncEnumerable<ServiceSnapshot> WatchAsync(ServiceQuery query, ServiceSnapshot? last, CancellationToken cancellationToken)
            => inner.WatchAsync(query, last, cancellationToken);

        public async ValueTask<ServiceSnapshot> ReadAsync(ServiceQuery query, CancellationToken cancellationToken)
        {
            onRead();
            return await new TaskCompletionSource<ServiceSnapshot>().Task;
        }

        public ValueTask<Lease> RegisterAsync(ServiceRegistration registration, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask RenewAsync(LeaseGroup group, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask DeregisterAsync(Lease lease, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
