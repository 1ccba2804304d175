using Discovery.Client.Internal;
using Discovery.Client.Selection;
using Discovery.Client.Telemetry;
using Microsoft.Extensions.Logging;

namespace Discovery.Client.Registration;

/// <summary>What all registrations of a process share.</summary>
internal sealed record RegistrationServices(EngineScheduler Scheduler, LeaseRenewer Renewer, RandomSource Random, TimeSpan DeregisterTimeout, DiscoveryMetrics Metrics, ILogger Logger)
{
    public ClockReading Now => ClockReading.Of(Scheduler.TimeProvider);
}
