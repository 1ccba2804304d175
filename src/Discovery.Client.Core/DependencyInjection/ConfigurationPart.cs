using Microsoft.Extensions.DependencyInjection;

namespace Discovery.Client.DependencyInjection;

internal static class ConfigurationPart
{
    public static IServiceCollection AddConfigurationPart(this IServiceCollection services) => services;
}
