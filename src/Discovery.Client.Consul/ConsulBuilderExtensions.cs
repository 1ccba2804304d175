using Discovery.Client;
using Discovery.Client.Consul;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the Consul backend.</summary>
public static class ConsulBuilderExtensions
{
    /// <summary>Adds the backend type <c>consul</c>. Calling it again adds nothing but the further <paramref name="configure"/>.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Changes the options of every Consul backend after configuration has been read; null: nothing.</param>
    public static IDiscoveryClientBuilder AddConsul(this IDiscoveryClientBuilder builder, Action<ConsulOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IRegistryBackendFactory, ConsulBackendFactory>());
        if (configure is not null)
        {
            builder.Services.Configure(configure);
        }

        return builder;
    }
}
