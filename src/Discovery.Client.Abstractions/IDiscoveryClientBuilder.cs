using Microsoft.Extensions.DependencyInjection;

namespace Discovery.Client;

/// <summary>What <c>AddDiscoveryClient()</c> returns: adapters, selectors and filters are added to it.</summary>
public interface IDiscoveryClientBuilder
{
    /// <summary>The container's services.</summary>
    IServiceCollection Services { get; }
}
