using Microsoft.Extensions.DependencyInjection;

namespace Discovery.Client.DependencyInjection;

internal static class HttpPart
{
    public static IServiceCollection AddHttpPart(this IServiceCollection services) => services;
}
