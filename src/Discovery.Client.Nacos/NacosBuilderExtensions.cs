using Discovery.Client;
using Discovery.Client.Nacos;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the Nacos backend.</summary>
public static class NacosBuilderExtensions
{
    /// <summary>Adds the backend type <c>nacos</c>. Calling it again adds nothing but the further <paramref name="configure"/>.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Changes the options of every Nacos backend after configuration has been read; null: nothing.</param>
    public static IDiscoveryClientBuilder AddNacos(this IDiscoveryClientBuilder builder, Action<NacosOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IRegistryBackendFactory, NacosBackendFactory>());
        if (configure is not null)
        {
            builder.Services.Configure(configure);
        }

        return builder;
    }
}
