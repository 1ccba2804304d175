using Discovery.Client.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Http;

namespace Discovery.Client.DependencyInjection;

internal static class HttpPart
{
    public static IServiceCollection AddHttpPart(this IServiceCollection services)
    {
        services.TryAddSingleton<HttpDispatcher>();
        services.TryAddTransient(provider => new DiscoveryHandler(provider.GetRequiredService<HttpDispatcher>(), everyHost: true));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHttpMessageHandlerBuilderFilter, InnermostHandlerFilter>());
        return services;
    }
}
