using Microsoft.Extensions.DependencyInjection;

namespace Discovery.Client.DependencyInjection;

internal static class EmbeddedPart
{
    public static IServiceCollection AddEmbeddedPart(this IServiceCollection services) => services;
}
