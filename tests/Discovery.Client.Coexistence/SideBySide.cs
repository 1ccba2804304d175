using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.ServiceDiscovery;

namespace Discovery.Client.Coexistence;

/// <summary>A program that references Microsoft.Extensions.ServiceDiscovery too. That it compiles is the point: only the call without argument is ambiguous.</summary>
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

    public static Type TheirResolver => typeof(ServiceEndpointResolver);
}
