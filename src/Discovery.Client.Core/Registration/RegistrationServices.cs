using Discovery.Client.Internal;
using Discovery.Client.Selection;
using Discovery.Client.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Discovery.Client.Registration;

/// <summary>What all registrations of a process share.</summary>
internal sealed record RegistrationServices(
    EngineScheduler Scheduler, LeaseRenewer Renewer, RandomSource Random, IOptionsMonitor<DiscoveryClientOptions> Options, DiscoveryMetrics Metrics, ILogger Logger)
{
    private readonly LogThrottle _throttle = new(Scheduler.TimeProvider);

    public ClockReading Now => ClockReading.Of(Scheduler.TimeProvider);

    /// <summary>The level itself once a minute per kind and backend, else the debug level.</summary>
    public LogLevel LevelOf(LogLevel level, int kind, string backend) => _throttle.Pass(kind, backend) ? level : LogLevel.Debug;
}
