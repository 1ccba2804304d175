using Discovery.Client.Internal;
using Discovery.Client.Registration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Discovery.Client.DependencyInjection;

internal static class RegistrationPart
{
    public static IServiceCollection AddRegistrationPart(this IServiceCollection services)
    {
        services.TryAddSingleton<RenewalSchedulers>();
        services.TryAddSingleton<LeaseRenewer>();
        services.TryAddSingleton<ServiceRegistrar>();
        services.TryAddSingleton<IServiceRegistrar>(static provider => provider.GetRequiredService<ServiceRegistrar>());
        return services.AddHostedService<RegistrationHostedService>();
    }
}
