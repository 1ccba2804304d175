using Discovery.Client;
using Discovery.Client.Resilience;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds circuit breakers.</summary>
public static class CircuitBreakerBuilderExtensions
{
    /// <summary>Gives each instance that requests are sent to a circuit breaker of its own (<see cref="CircuitBreakerOptions"/>). Calling it twice is the same as once.</summary>
    /// <param name="builder">The builder.</param>
    public static IDiscoveryClientBuilder AddCircuitBreakers(this IDiscoveryClientBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddSingleton<IAttemptPolicy, CircuitBreakerPolicy>();
        return builder;
    }
}
