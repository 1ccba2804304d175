using Discovery.Client.Configuration;
using Discovery.Client.Internal;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Discovery.Client.DependencyInjection;

internal static class ConfigurationPart
{
    public static IServiceCollection AddConfigurationPart(this IServiceCollection services)
    {
        if (services.Any(service => service.ServiceType == typeof(BackendStore)))
        {
            return services;
        }

        services.TryAddSingleton(provider => provider.GetService<IConfiguration>() is { } configuration ? DiscoverySection.Of(configuration) : DiscoverySection.None);
        services.AddSingleton<BackendCatalog>();
        services.AddSingleton<BackendStore>();
        services.AddSingleton<IBackendSource, BackendSource>();
        services.AddSingleton<IOptionsFactory<DiscoveryClientOptions>, DiscoveryOptionsFactory>();
        services.AddSingleton<IOptions<DiscoveryClientOptions>, FirstOptions>();
        services.AddSingleton<IOptionsChangeTokenSource<DiscoveryClientOptions>, DiscoveryOptionsChangeTokenSource>();

        // A host calls it before any hosted service starts, so before anything registers.
        services.AddOptions<DiscoveryClientOptions>().ValidateOnStart();
        return services;
    }

    public static IServiceCollection UseDiscoverySection(this IServiceCollection services, IConfiguration configuration)
        => services.Replace(ServiceDescriptor.Singleton(DiscoverySection.Of(configuration)));
}
