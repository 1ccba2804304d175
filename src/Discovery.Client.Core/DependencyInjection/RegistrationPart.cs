using Microsoft.Extensions.DependencyInjection;

namespace Discovery.Client.DependencyInjection;

internal static class RegistrationPart
{
    public static IServiceCollection AddRegistrationPart(this IServiceCollection services) => services;
}
