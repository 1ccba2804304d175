using Discovery.Client.Embedded;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Discovery.Client.DependencyInjection;

internal static class EmbeddedPart
{
    public static IServiceCollection AddEmbeddedPart(this IServiceCollection services)
    {
        services.TryAddSingleton<MemoryRegistries>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IRegistryBackendFactory, MemoryBackendFactory>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IRegistryBackendFactory, LocalBackendFactory>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IRegistryBackendFactory, StaticBackendFactory>());
        return services;
    }
}
