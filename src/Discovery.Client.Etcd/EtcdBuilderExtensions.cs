using Discovery.Client;
using Discovery.Client.Etcd;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the etcd backend.</summary>
public static class EtcdBuilderExtensions
{
    /// <summary>Adds the backend type <c>etcd</c>. Calling it again adds nothing but the further <paramref name="configure"/>.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Changes the options of every etcd backend after configuration has been read; null: nothing.</param>
    public static IDiscoveryClientBuilder AddEtcd(this IDiscoveryClientBuilder builder, Action<EtcdOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IRegistryBackendFactory, EtcdBackendFactory>());
        if (configure is not null)
        {
            builder.Services.Configure(configure);
        }

        return builder;
    }
}
