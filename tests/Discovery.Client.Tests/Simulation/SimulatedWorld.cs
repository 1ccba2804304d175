using Discovery.Client.Embedded;
using Discovery.Client.Internal;
using Discovery.Client.Selection;
using Discovery.Client.Snapshots;
using Discovery.Client.Telemetry;
using Discovery.Client.Tests.Embedded;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Xunit;

namespace Discovery.Client.Tests.Simulation;

/// <summary>The engine on virtual time and on the thread of the test alone. Everything that happens, happens inside <c>Run</c>.</summary>
internal sealed class SimulatedWorld : IDisposable
{
    private readonly List<(string Name, ServiceProvider Container)> _programs = [];

    public SimulatedWorld(IRegistryBackend? backend = null, ulong seed = 1)
    {
        Random = new NotedRandom(RandomSource.Create(seed), Clock);
        Registry = new MemoryRegistry(Clock);
        Backend = backend ?? new MemoryRegistryBackend(Registry);
        Scheduler = new EngineScheduler(Clock, Pump);
    }

    public SimulationClock Clock { get; } = new();

    public PumpScheduler Pump { get; } = new();

    public EngineScheduler Scheduler { get; }

    public RandomSource Random { get; }

    public MemoryRegistry Registry { get; }

    public IRegistryBackend Backend { get; }

    public TestOptions Options { get; } = new();

    public LogRecorder Log { get; } = new();

    public ServiceProvider Program => _programs.Count > 0 ? _programs[0].Container : AddProgram("program");

    public ServiceCatalog Catalog => Program.GetRequiredService<ServiceCatalog>();

    public IDiscoveryClient Client => Program.GetRequiredService<IDiscoveryClient>();

    public DiscoveryMetrics Metrics => Program.GetRequiredService<DiscoveryMetrics>();

    /// <summary>A program of its own: another container, the same registry, clock, thread and dice.</summary>
    public ServiceProvider AddProgram(string name, IRegistryBackend? backend = null)
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(Clock);
        services.AddSingleton(Random);
        services.AddSingleton(Scheduler);
        services.AddDiscoveryClient();
        services.AddSingleton<IBackendSource>(new OneBackend(new BackendSlot("memory", backend ?? Backend, Random)));
        services.AddSingleton<IOptionsMonitor<DiscoveryClientOptions>>(Options);
        services.AddSingleton<IOptions<DiscoveryClientOptions>>(Options);
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Debug).AddProvider(Log));
        var container = services.BuildServiceProvider();
        _programs.Add((name, container));
        return container;
    }

    public Task Start(Func<Task> loop) => Scheduler.Run(loop);

    public void Run(double seconds) => Run(TimeSpan.FromSeconds(seconds));

    public void Run(TimeSpan duration)
    {
        var end = Clock.Elapsed + duration;
        do
        {
            Pump.RunAll();
        }
        while (Clock.FireNext(end));
        Clock.GoTo(end);
        Pump.RunAll();
    }

    public MemoryLeaseGroup Register(string service, string id, double weight = 1, ServiceStatus status = ServiceStatus.Up)
        => Registry.Register(new() { Instance = Instances.Of(service, id, weight, status), TimeToLive = TimeSpan.FromDays(1) });

    /// <summary>Fails if anything has used the clock or the dice from another thread, as a hop to the pool would.</summary>
    public void AssertNothingLeftTheThread() => Assert.Null(Pump.FirstForeignUse ?? Clock.FirstForeignUse);

    public void Dispose()
    {
        foreach (var (_, container) in _programs)
        {
            var disposal = container.DisposeAsync();
            for (var i = 0; i < 100 && !disposal.IsCompleted; i++)
            {
                Run(1);
            }
        }
    }

    private sealed class OneBackend(BackendSlot slot) : IBackendSource
    {
        public string DefaultName => slot.Name;

        public BackendSlot Get(string name) => slot;
    }

    private sealed class NotedRandom(RandomSource inner, SimulationClock clock) : RandomSource
    {
        public override ulong NextUInt64()
        {
            clock.NoteThread();
            return inner.NextUInt64();
        }
    }
}
