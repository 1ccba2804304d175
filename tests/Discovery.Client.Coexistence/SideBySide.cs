using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.ServiceDiscovery;

namespace Discovery.Client.Coexistence;

/// <summary>A program that references Microsoft.Extensions.ServiceDiscovery too. That it compiles is the point: only the extension call without argument is ambiguous.</summary>
public static class SideBySide
{
    public static IDiscoveryClientBuilder WithConfiguration(IServiceCollection services, IConfiguration configuration)
    {
        services.AddServiceDiscovery(options => options.RefreshPeriod = TimeSpan.FromMinutes(1));
        return services.AddServiceDiscovery(configuration);
    }

    public static IDiscoveryClientBuilder EngineAlone(IServiceCollection services)
    {
        services.AddServiceDiscoveryCore();
        return services.AddDiscoveryClient();
    }

    /// <summary>What one writes when the compiler says CS0121: the class in front. Were both classes called the same, that would be CS0433.</summary>
    public static IDiscoveryClientBuilder ByTheirClasses(IServiceCollection services)
    {
        ServiceDiscoveryServiceCollectionExtensions.AddServiceDiscovery(services);
        return DiscoveryServiceCollectionExtensions.AddServiceDiscovery(services);
    }

    public static Type TheirResolver => typeof(ServiceEndpointResolver);
}
