using Discovery.Client;
using Discovery.Client.DependencyInjection;
using Discovery.Client.Internal;
using Discovery.Client.Selection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the engine of Discovery.Client to a container.</summary>
public static class DiscoveryClientServiceCollectionExtensions
{
    /// <summary>Adds the engine with the embedded backends (<c>local</c>, <c>memory</c>, <c>static</c>). Adapters are added to the builder: <c>.AddConsul()</c>. Calling it twice is the same as once.</summary>
    /// <param name="services">The container's services.</param>
    public static IDiscoveryClientBuilder AddDiscoveryClient(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions().AddLogging().AddMetrics().AddHttpClient();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(RandomSource.Shared);
        services.TryAddSingleton(provider => new EngineScheduler(provider.GetRequiredService<TimeProvider>()));
        services.AddConfigurationPart().AddTelemetryPart().AddEmbeddedPart().AddSelectionPart().AddSnapshotsPart().AddHttpPart().AddRegistrationPart();
        return new DiscoveryClientBuilder(services);
    }

    /// <summary>Adds the engine and reads its settings from the given configuration instead of the container's.</summary>
    /// <param name="services">The container's services.</param>
    /// <param name="configuration">A root, whose section <c>Discovery</c> is read; or a section, which is read itself unless it has a section <c>Discovery</c>.</param>
    public static IDiscoveryClientBuilder AddDiscoveryClient(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configuration);
        return services.UseDiscoverySection(configuration).AddDiscoveryClient();
    }

    /// <summary>Adds the engine and settings from code, which win over configuration.</summary>
    /// <param name="services">The container's services.</param>
    /// <param name="configure">Changes the settings that configuration left.</param>
    public static IDiscoveryClientBuilder AddDiscoveryClient(this IServiceCollection services, Action<DiscoveryClientOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        return services.Configure(configure).AddDiscoveryClient();
    }
}
