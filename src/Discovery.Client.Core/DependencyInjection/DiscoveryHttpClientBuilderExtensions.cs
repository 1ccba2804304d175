using Discovery.Client;
using Discovery.Client.Http;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Makes HttpClients of <c>IHttpClientFactory</c> call services by name.</summary>
public static class DiscoveryHttpClientBuilderExtensions
{
    /// <summary>Adds a <see cref="DiscoveryHandler"/>, and the engine if it is not there yet.</summary>
    /// <remarks>
    /// <para>The engine alone has the embedded backends. For the others call <c>AddServiceDiscovery()</c> of the package Discovery.Client too, or <c>AddDiscoveryClient().AddConsul()</c> and the like.</para>
    /// <para>On one client every host but IP addresses and localhost is a service, and a port in the URI is not looked at: the instance's own counts.
    /// The handler stands where it is added; what is added behind it sees the address of the instance.</para>
    /// <para>On all clients (<c>ConfigureHttpClientDefaults</c>) these are services: any host with the scheme <c>https+http</c>, <c>_endpoint.service</c>, a host of one label without
    /// a port, and what is declared under <c>Discovery:Services</c>. Everything else passes untouched. The handler stands behind those of the client itself.</para>
    /// <para>On both, the one client's counts.</para>
    /// </remarks>
    /// <param name="builder">The client, or all clients.</param>
    public static IHttpClientBuilder AddDiscoveryHandler(this IHttpClientBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddDiscoveryClient();

        // The builder of ConfigureHttpClientDefaults is the one without a name.
        var everyHost = builder.Name is not null;
        return builder.ConfigureAdditionalHttpMessageHandlers((handlers, provider) =>
        {
            if (handlers.OfType<DiscoveryHandler>().FirstOrDefault() is { } existing)
            {
                if (existing.EveryHost || !everyHost)
                {
                    return;
                }

                handlers.Remove(existing);
            }

            handlers.Add(new DiscoveryHandler(provider.GetRequiredService<HttpDispatcher>(), everyHost));
        });
    }
}
