using System.Collections.Concurrent;
using Discovery.Client.Internal;
using Discovery.Client.Registration;
using Discovery.Client.Selection;
using Discovery.Client.Telemetry;
using Discovery.Client.Tests.Embedded;
using Discovery.Client.Tests.Simulation;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Discovery.Client.Tests.Registration;

/// <summary>A registrar and a registry on virtual time and one thread.</summary>
internal sealed class RegistrationWorld : IBackendSource
{
    public static readonly TimeSpan Ttl = TimeSpan.FromSeconds(15);

    private readonly PumpScheduler _pump = new();

    public RegistrationWorld(TimeSpan? deregisterTimeout = null, ulong seed = 1)
    {
        Backend = new ScriptedBackend(Time);
        Scheduler = new EngineScheduler(Time, _pump);
        var random = RandomSource.Create(seed);
        var metrics = new DiscoveryMetrics(Meters);
        Slot = new BackendSlot("test", Backend, random);
        Renewer = new LeaseRenewer(new RenewalSchedulers(Scheduler, NullLogger<PoolWatchdog>.Instance), random, metrics, new RecordingLogger<LeaseRenewer>(Lines, name => LogThrows(name)));
        Options.CurrentValue.DeregisterTimeout = deregisterTimeout ?? TimeSpan.FromSeconds(5);
        Registrar = new ServiceRegistrar(this, Scheduler, Renewer, random, Options, metrics, new RecordingLogger<ServiceRegistrar>(Lines, name => LogThrows(name)));
    }

    public TestOptions Options { get; } = new();

    /// <summary>At which lines the logger fails.</summary>
    public Func<string, bool> LogThrows { get; set; } = _ => false;

    public TestMeterFactory Meters { get; } = new();

    public SkewedTimeProvider Time { get; } = new();

    public ScriptedBackend Backend { get; }

    public BackendSlot Slot { get; }

    public EngineScheduler Scheduler { get; }

    public LeaseRenewer Renewer { get; }

    public ServiceRegistrar Registrar { get; }

    public ConcurrentQueue<(string Event, LogLevel Level, string Text)> Lines { get; } = [];

    public string DefaultName => "test";

    public static ServiceRegistration Wish(string id = "a", TimeSpan? ttl = null)
        => new() { Instance = new ServiceInstance { ServiceName = "orders", InstanceId = id, Host = "10.0.0.5", Port = 8080 }, TimeToLive = ttl ?? Ttl };

    public static RegistryException Unreachable() => new("connection refused", connection: "http://registry");

    public BackendSlot Get(string name) => Slot;

    public int LinesOf(string name) => Lines.Count(line => line.Event == name);

    /// <summary>Registers and lets it happen.</summary>
    public IRegistrationHandle Register(string id = "a", TimeSpan? ttl = null)
    {
        var handle = Registrar.Register(Wish(id, ttl));
        Pump();
        return handle;
    }

    public void Pump()
    {
        // Without a context of the test's own, or the loops would resume there instead of on the pump.
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        _pump.RunAll();
        SynchronizationContext.SetSynchronizationContext(context);
    }

    public void Run(TimeSpan time, TimeSpan? step = null)
    {
        var size = step ?? TimeSpan.FromMilliseconds(50);
        for (var passed = TimeSpan.Zero; passed < time; passed += size)
        {
            Pump();
            Time.Advance(size);
        }

        Pump();
    }

    public void RunUntil(Func<bool> condition, TimeSpan atMost, TimeSpan? step = null)
    {
        var size = step ?? TimeSpan.FromMilliseconds(50);
        for (var passed = TimeSpan.Zero; !condition() && passed < atMost; passed += size)
        {
            Run(size, size);
        }

        Assert.True(condition(), $"not within {atMost}");
    }

    /// <summary>The machine sleeps: the wall clock goes on, nothing else does.</summary>
    public void Sleep(TimeSpan time) => Time.MoveWallClock(time);
}
