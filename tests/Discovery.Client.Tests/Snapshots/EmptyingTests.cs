using Discovery.Client.Snapshots;
using Discovery.Client.Tests.Simulation;
using Microsoft.Extensions.DependencyInjection;
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
        var entry = Emptied(async () =>
        {
            reads++;
            return await new TaskCompletionSource<ServiceSnapshot>().Task;
        });
        _world.Run(29);
        Assert.Equal("a", Instances.Ids(entry.View.Instances));
        _world.Run(2);
        Assert.Equal((ServiceViewState.Empty, 1), (entry.View.State, reads));
    }

    // A task like this one makes Task.WaitAsync go through the thread pool.
    [Fact]
    public void Empty_ReadWhoseContinuationsRunElsewhere_IsObeyedOnTheEnginesThread()
    {
        var read = new TaskCompletionSource<ServiceSnapshot>(TaskCreationOptions.RunContinuationsAsynchronously);
        var entry = Emptied(() => read.Task);
        _world.Run(1);
        read.SetResult(Instances.List(2));
        _world.Run(0.001);
        Assert.Equal(ServiceViewState.Empty, entry.View.State);
    }

    // And so it does with Task.WhenAny.
    [Fact]
    public void Empty_WatchWhoseContinuationsRunElsewhere_IsFollowedOnTheEnginesThread()
    {
        var next = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        var entry = Emptied(() => Task.FromException<ServiceSnapshot>(new RegistryException("no read")), next);
        _world.Run(1);
        Assert.Equal("a", Instances.Ids(entry.View.Instances));
        next.SetResult(true);
        _world.Run(0.001);
        Assert.Equal("b", Instances.Ids(entry.View.Instances));
    }

    // What a proxy does that cuts idle connections: each new watch says the same again.
    [Theory]
    [InlineData(3, 29, 150)]
    [InlineData(20, 29, 33)]
    public void Empty_WatchBreaksAgainAndAgain_IsHeldAtMostForTheLimit(double life, double held, double atMost)
    {
        _backend.Read = () => Instances.List(2);
        _backend.Opening = () => Instances.List(2);
        _backend.Life = token => _world.Scheduler.Delay(TimeSpan.FromSeconds(life), token);
        _backend.Push(new RegistryException("cut"));
        _world.Run(held);
        Assert.Equal("a,b", Ids);

        _world.Run(atMost - held);
        Assert.Equal(ServiceViewState.Empty, View.State);
    }

    [Fact]
    public void Empty_NonEmptyListInBetween_IsHeldAnew()
    {
        _backend.Push(Instances.List(2));
        _world.Run(25);
        _backend.Push(Instances.List(3, "a"));
        _backend.Push(Instances.List(4));
        _world.Run(29);
        Assert.Equal("a", Ids);
        _world.Run(1.1);
        Assert.Equal("", Ids);
    }

    // While the registry is away the list is kept anyway, and providers need their time after it is back.
    [Fact]
    public void Empty_OutageInBetween_CountsForNothing()
    {
        _backend.Push(Instances.List(2));
        _world.Run(10);
        _backend.Opening = () => new RegistryException("away", connection: "registry");
        _backend.Push(new RegistryException("cut", connection: "registry"));
        _world.Run(300);
        var answered = 0;
        _backend.Opening = () => ++answered > 0 ? Instances.List(2) : null;
        while (answered == 0)
        {
            _world.Run(0.1);
        }

        _world.Run(19.5);
        Assert.Equal("a,b", Ids);
        _world.Run(1);
        Assert.Equal("", Ids);
    }

    [Fact]
    public void Empty_TwiceInOneWatch_IsHeldTwice()
    {
        _backend.Capabilities = RegistryCapabilities.None;
        _backend.Push(Instances.List(2));
        _world.Run(31);
        Assert.Equal("", Ids);
        _backend.Push(Instances.List(3, "a"));
        _backend.Push(Instances.List(4));
        _world.Run(29);
        Assert.Equal("a", Ids);
        _world.Run(2);
        Assert.Equal("", Ids);
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

    /// <summary>A service of another program, emptied; its watch goes on with b, when that task is completed.</summary>
    private ServiceEntry Emptied(Func<Task<ServiceSnapshot>> read, TaskCompletionSource<bool>? next = null)
    {
        var program = _world.AddProgram("other", new OtherTasksBackend(read, next ?? new()));
        var entry = program.GetRequiredService<ServiceCatalog>().GetOrAdd("orders");
        entry.Touch();
        _world.Run(0.001);
        return entry;
    }

    /// <summary>Its tasks are whatever the test says.</summary>
    private sealed class OtherTasksBackend(Func<Task<ServiceSnapshot>> read, TaskCompletionSource<bool> next) : IRegistryBackend, IAsyncEnumerable<ServiceSnapshot>, IAsyncEnumerator<ServiceSnapshot>
    {
        private readonly ServiceSnapshot[] _lists = [Instances.List(1, "a"), Instances.List(2), Instances.List(3, "b")];
        private CancellationToken _end;
        private int _moves;

        public RegistryCapabilities Capabilities => RegistryCapabilities.ConfirmingRead;

        public ServiceSnapshot Current => _lists[_moves - 1];

        public IAsyncEnumerable<ServiceSnapshot> WatchAsync(ServiceQuery query, ServiceSnapshot? last, CancellationToken cancellationToken)
        {
            _end = cancellationToken;
            return this;
        }

        public IAsyncEnumerator<ServiceSnapshot> GetAsyncEnumerator(CancellationToken cancellationToken) => this;

        public ValueTask<bool> MoveNextAsync()
        {
            if (++_moves < 3)
            {
                return new(true);
            }

            var move = _moves == 3 ? next : new();
            _end.UnsafeRegister(_ => move.TrySetCanceled(), null);
            return new(move.Task);
        }

        public ValueTask<ServiceSnapshot> ReadAsync(ServiceQuery query, CancellationToken cancellationToken) => new(read());

        public ValueTask<Lease> RegisterAsync(ServiceRegistration registration, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask RenewAsync(LeaseGroup group, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask DeregisterAsync(Lease lease, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
