using Discovery.Client;
using Discovery.Client.DependencyInjection;
using Discovery.Client.Internal;
using Discovery.Client.Selection;
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
}
