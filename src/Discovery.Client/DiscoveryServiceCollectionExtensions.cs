using Discovery.Client;
using Microsoft.Extensions.Configuration;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds service discovery with every backend there is; configuration chooses one.</summary>
/// <remarks>
/// Microsoft.Extensions.ServiceDiscovery has an <c>AddServiceDiscovery()</c> too. Where a project references both, the call without argument is ambiguous (CS0121);
/// <c>AddServiceDiscovery(configuration)</c> and <c>AddDiscoveryClient()</c> are not.
/// </remarks>
public static class DiscoveryServiceCollectionExtensions
{
    /// <summary>Adds the engine and all adapters. Section <c>Discovery</c> of the container's configuration, if it has one, says which backend is used (<c>Discovery:Backend</c>, by default <c>local</c>). Calling it twice is the same as once.</summary>
    /// <param name="services">The container's services.</param>
    public static IDiscoveryClientBuilder AddServiceDiscovery(this IServiceCollection services) => services.AddDiscoveryClient().AddAdapters();

    /// <summary>Adds the engine and all adapters, with the settings of the given configuration instead of the container's.</summary>
    /// <param name="services">The container's services.</param>
    /// <param name="configuration">A root, whose section <c>Discovery</c> is read; or a section, which is read itself unless it has a section <c>Discovery</c>.</param>
    public static IDiscoveryClientBuilder AddServiceDiscovery(this IServiceCollection services, IConfiguration configuration)
        => services.AddDiscoveryClient(configuration).AddAdapters();

    private static IDiscoveryClientBuilder AddAdapters(this IDiscoveryClientBuilder builder) => builder.AddConsul().AddEtcd().AddNacos();
}
