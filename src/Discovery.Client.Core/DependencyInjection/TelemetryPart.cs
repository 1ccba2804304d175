using Discovery.Client.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Discovery.Client.DependencyInjection;

internal static class TelemetryPart
{
    public static IServiceCollection AddTelemetryPart(this IServiceCollection services)
    {
        services.TryAddSingleton<DiscoveryMetrics>();
        return services;
    }
}
