using Microsoft.Extensions.DependencyInjection;

namespace Discovery.Client.DependencyInjection;

internal sealed class DiscoveryClientBuilder(IServiceCollection services) : IDiscoveryClientBuilder
{
    public IServiceCollection Services { get; } = services;
}
