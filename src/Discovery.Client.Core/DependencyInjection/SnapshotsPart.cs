using Discovery.Client.Snapshots;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Discovery.Client.DependencyInjection;

internal static class SnapshotsPart
{
    public static IServiceCollection AddSnapshotsPart(this IServiceCollection services)
    {
        services.TryAddSingleton<ServiceViewBuilder>();
        services.TryAddSingleton<WatchEnvironment>();
        services.TryAddSingleton<ServiceCatalog>();
        services.TryAddSingleton<IDiscoveryClient, DiscoveryClient>();
        return services;
    }
}
