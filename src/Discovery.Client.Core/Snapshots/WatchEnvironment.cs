using Discovery.Client.Internal;
using Discovery.Client.Selection;
using Discovery.Client.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Discovery.Client.Snapshots;

/// <summary>What all watches of the process share.</summary>
internal sealed class WatchEnvironment(
    IBackendSource backends,
    IOptionsMonitor<DiscoveryClientOptions> options,
    EngineScheduler scheduler,
    RandomSource random,
    ServiceViewBuilder views,
    DiscoveryMetrics metrics,
    ILoggerFactory loggers)
{
    private static readonly ServiceOptions Undeclared = new();

    private readonly LogThrottle _throttle = new(scheduler.TimeProvider);

    public IBackendSource Backends { get; } = backends;

    public EngineScheduler Scheduler { get; } = scheduler;

    public TimeProvider Clock => Scheduler.TimeProvider;

    public RandomSource Random { get; } = random;

    public ServiceViewBuilder Views { get; } = views;

    public DiscoveryMetrics Metrics { get; } = metrics;

    public ILogger Logger { get; } = new QuietLogger(loggers.CreateLogger<ServiceWatcher>());

    public IOptionsMonitor<DiscoveryClientOptions> OptionsMonitor { get; } = options;

    public DiscoveryClientOptions Options => OptionsMonitor.CurrentValue;

    public ServiceOptions OptionsOf(string serviceName) => Options.Services.TryGetValue(serviceName, out var declared) ? declared : Undeclared;

    public ServiceView Pending(string serviceName)
    {
        var options = OptionsOf(serviceName);
        return new ServiceView(Clock) { ServiceName = serviceName, Query = QueryOf(serviceName), Backend = options.Backend ?? Backends.DefaultName };
    }

    public ServiceQuery QueryOf(string serviceName)
    {
        var options = OptionsOf(serviceName);
        return new(options.Name ?? serviceName) { Namespace = options.Namespace, Group = options.Group, Datacenter = options.Datacenter };
    }

    /// <summary>The level itself once a minute per kind and backend, else the debug level.</summary>
    public LogLevel LevelOf(LogLevel level, int kind, string backend) => _throttle.Pass(kind, backend) ? level : LogLevel.Debug;
}
