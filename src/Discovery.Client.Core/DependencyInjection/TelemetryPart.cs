using Microsoft.Extensions.DependencyInjection;

namespace Discovery.Client.DependencyInjection;

internal static class TelemetryPart
{
    public static IServiceCollection AddTelemetryPart(this IServiceCollection services) => services;
}
