using System.Collections.Concurrent;
using Discovery.Client.Embedded;
using Discovery.Client.Internal;
using Discovery.Client.Registration;
using Discovery.Client.Selection;
using Discovery.Client.Telemetry;
using Discovery.Client.Tests.Simulation;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Discovery.Client.Tests.Registration;

/// <summary>Row 27, in real time: a pool without a free thread costs no lease.</summary>
[Collection(AloneCollection.Name)]
public sealed class StarvedPoolTests : IBackendSource
{
    private static readonly TimeSpan Ttl = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly ConcurrentQueue<(string Event, LogLevel Level, string Text)> _lines = [];
    private BackendSlot? _slot;

    public string DefaultName => "blocking";

    BackendSlot IBackendSource.Get(string name) => _slot!;

    [Fact]
    public async Task StarvedPool_BlockingRenewals_KeepTheirPace()
    {
        var backend = new BlockingBackend();

        await StarveAsync(backend, "10.0.0.5");

        Assert.All(backend.Gaps(), gap => Assert.True(gap < Ttl, $"{gap} without a renewal"));
    }

    [Fact]
    public async Task StarvedPool_LocalRegistry_LosesNoLease()
    {
        var directory = Directory.CreateTempSubdirectory("discovery-starved-");
        try
        {
            await using var backend = new LocalRegistryBackend(directory.FullName, TimeSpan.FromSeconds(1), TimeProvider.System, NullLogger.Instance);

            await StarveAsync(backend, "127.0.0.1");
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private async Task StarveAsync(IRegistryBackend backend, string host)
    {
        _slot = new BackendSlot("blocking", backend, RandomSource.Shared);
        var scheduler = new EngineScheduler(TimeProvider.System);
        using var schedulers = new RenewalSchedulers(scheduler, new RecordingLogger<PoolWatchdog>(_lines));
        using var meters = new TestMeterFactory();
        var metrics = new DiscoveryMetrics(meters);
        var renewer = new LeaseRenewer(schedulers, RandomSource.Shared, metrics, new RecordingLogger<LeaseRenewer>(_lines));
        await using var registrar = new ServiceRegistrar(
            this, scheduler, renewer, RandomSource.Shared, new TestOptions(), metrics, new RecordingLogger<ServiceRegistrar>(_lines));
        var handles = Enumerable.Range(0, 10).Select(i => RegistrationWorld.Wish($"i{i}", Ttl))
            .Select(wish => registrar.Register(wish with { Instance = wish.Instance with { Host = host } })).ToArray();
        await Task.WhenAll(handles.Select(handle => handle.WaitUntilRegisteredAsync(TestContext.Current.CancellationToken))).WaitAsync(Deadline, TestContext.Current.CancellationToken);

        // Far more than 4 a core, since the pool adds threads while it sees no progress. What is queued last is the first that does not block.
        // None is disposed: a failed assertion must not take them from under the work items.
        var blockers = (4 * Environment.ProcessorCount) + 64;
        var (release, done, free) = (new ManualResetEventSlim(), new CountdownEvent(blockers), new ManualResetEventSlim());
        for (var i = 0; i < blockers; i++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(_ =>
            {
                release.Wait();
                done.Signal();
            }, null);
        }

        ThreadPool.UnsafeQueueUserWorkItem(_ => free.Set(), null);
        try
        {
            Assert.False(free.Wait(2.5 * Ttl, CancellationToken.None), "the pool was not starved for two TTLs, so that this test shows nothing");
            Assert.All(handles, handle => Assert.Equal(RegistrationState.Registered, handle.State));
        }
        finally
        {
            release.Set();
        }

        Assert.True(done.Wait(Deadline, CancellationToken.None) && free.Wait(Deadline, CancellationToken.None));
        Assert.True(SpinWait.SpinUntil(() => _lines.Any(line => line.Event == "PoolRecovered"), Deadline));
        Assert.Equal((0, 0, 1, 1), (Count("RegistrationLost"), Count("RenewalFailed"), Count("PoolStarved"), Count("PoolRecovered")));
    }

    private int Count(string name) => _lines.Count(line => line.Event == name);

    private sealed class BlockingBackend : IRegistryBackend
    {
        private readonly ConcurrentDictionary<LeaseGroup, ConcurrentQueue<TimeSpan>> _renewals = [];

        public RegistryCapabilities Capabilities => RegistryCapabilities.Register | RegistryCapabilities.BlockingRenewal;

        public ValueTask<Lease> RegisterAsync(ServiceRegistration registration, CancellationToken cancellationToken)
        {
            var group = new LeaseGroup(registration.Instance.InstanceId, registration.TimeToLive, registration.TimeToLive / 3);
            _renewals[group] = new([TimeProvider.System.GetElapsedTime(0)]);
            return ValueTask.FromResult(new Lease(group, registration));
        }

        public ValueTask RenewAsync(LeaseGroup group, CancellationToken cancellationToken)
        {
            Assert.False(Thread.CurrentThread.IsThreadPoolThread);
            _renewals[group].Enqueue(TimeProvider.System.GetElapsedTime(0));
            return ValueTask.CompletedTask;
        }

        public ValueTask DeregisterAsync(Lease lease, CancellationToken cancellationToken) => ValueTask.CompletedTask;

        public ValueTask<ServiceSnapshot> ReadAsync(ServiceQuery query, CancellationToken cancellationToken) => throw new NotSupportedException();

        public IAsyncEnumerable<ServiceSnapshot> WatchAsync(ServiceQuery query, ServiceSnapshot? last, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        public IEnumerable<TimeSpan> Gaps() => _renewals.Values.SelectMany(times => times.Zip(times.Skip(1), (first, second) => second - first));
    }
}
