using System.Collections.Concurrent;
using Discovery.Client.Internal;
using Discovery.Client.Registration;
using Discovery.Client.Selection;
using Discovery.Client.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Xunit;

namespace Discovery.Client.Tests.Registration;

/// <summary>Row 27, in real time: a pool without a free thread costs no lease.</summary>
[Collection(AloneCollection.Name)]
public sealed class StarvedPoolTests : IBackendSource
{
    private static readonly TimeSpan Ttl = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly BlockingBackend _backend = new();
    private readonly ConcurrentQueue<(string Event, LogLevel Level, string Text)> _lines = [];
    private readonly BackendSlot _slot;

    public StarvedPoolTests() => _slot = new BackendSlot("blocking", _backend, RandomSource.Shared);

    public string DefaultName => "blocking";

    BackendSlot IBackendSource.Get(string name) => _slot;

    [Fact]
    public async Task StarvedPool_BlockingRenewals_KeepTheirPace()
    {
        var scheduler = new EngineScheduler(TimeProvider.System);
        using var schedulers = new RenewalSchedulers(scheduler, new RecordingLogger<PoolWatchdog>(_lines));
        using var meters = new TestMeterFactory();
        var metrics = new DiscoveryMetrics(meters);
        var renewer = new LeaseRenewer(schedulers, RandomSource.Shared, metrics, new RecordingLogger<LeaseRenewer>(_lines));
        await using var registrar = new ServiceRegistrar(
            this, scheduler, renewer, RandomSource.Shared, Options.Create(new DiscoveryClientOptions()), metrics, new RecordingLogger<ServiceRegistrar>(_lines));
        var handles = Enumerable.Range(0, 10).Select(i => registrar.Register(RegistrationWorld.Wish($"i{i}", Ttl))).ToArray();
        await Task.WhenAll(handles.Select(handle => handle.WaitUntilRegisteredAsync(TestContext.Current.CancellationToken))).WaitAsync(Deadline, TestContext.Current.CancellationToken);

        var (started, starved) = (TimeProvider.System.GetTimestamp(), false);
        using (var release = new ManualResetEventSlim())
        {
            // Far more than 4 a core, since the pool adds threads while it sees no progress.
            var blocked = new CountdownEvent((4 * Environment.ProcessorCount) + 64);
            for (var i = blocked.InitialCount; i > 0; i--)
            {
                ThreadPool.UnsafeQueueUserWorkItem(_ =>
                {
                    release.Wait();
                    blocked.Signal();
                }, null);
            }

            var probe = 0;
            ThreadPool.UnsafeQueueUserWorkItem(_ => Volatile.Write(ref probe, 1), null);
            Assert.True(_backend.WaitForRenewals(10 * 8, Deadline), "renewals stopped");
            starved = Volatile.Read(ref probe) == 0 && TimeProvider.System.GetElapsedTime(started) >= 2 * Ttl;
            release.Set();
            Assert.True(blocked.Wait(Deadline, TestContext.Current.CancellationToken));
        }

        Assert.True(starved, "the pool was not starved for two TTLs, so that this test shows nothing");
        Assert.True(SpinWait.SpinUntil(() => _lines.Any(line => line.Event == "PoolRecovered"), Deadline));
        Assert.All(_backend.Gaps(), gap => Assert.True(gap < Ttl, $"{gap} without a renewal"));
        Assert.Equal((0, 1, 1), (Count("RegistrationLost"), Count("PoolStarved"), Count("PoolRecovered")));
        Assert.All(handles, handle => Assert.Equal(RegistrationState.Registered, handle.State));
    }

    private int Count(string name) => _lines.Count(line => line.Event == name);

    private sealed class BlockingBackend : IRegistryBackend
    {
        private readonly ConcurrentDictionary<LeaseGroup, ConcurrentQueue<TimeSpan>> _renewals = [];
        private readonly object _lock = new();
        private int _count;

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
            lock (_lock)
            {
                _count++;
                Monitor.PulseAll(_lock);
            }

            return ValueTask.CompletedTask;
        }

        public ValueTask DeregisterAsync(Lease lease, CancellationToken cancellationToken) => ValueTask.CompletedTask;

        public ValueTask<ServiceSnapshot> ReadAsync(ServiceQuery query, CancellationToken cancellationToken) => throw new NotSupportedException();

        public IAsyncEnumerable<ServiceSnapshot> WatchAsync(ServiceQuery query, ServiceSnapshot? last, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        /// <summary>Waits for so many renewals from now on.</summary>
        public bool WaitForRenewals(int count, TimeSpan deadline)
        {
            lock (_lock)
            {
                var (wanted, until) = (_count + count, TimeProvider.System.GetElapsedTime(0) + deadline);
                while (_count < wanted && until - TimeProvider.System.GetElapsedTime(0) is { Ticks: > 0 } left)
                {
                    Monitor.Wait(_lock, left);
                }

                return _count >= wanted;
            }
        }

        public IEnumerable<TimeSpan> Gaps() => _renewals.Values.SelectMany(times => times.Zip(times.Skip(1), (first, second) => second - first));
    }
}
