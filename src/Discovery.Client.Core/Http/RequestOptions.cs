namespace Discovery.Client;

/// <summary>What happens to requests beside the choice of an instance: section <c>Discovery:Requests</c> for all services, <c>Discovery:Services:{name}:Requests</c> for one.</summary>
/// <remarks>May be changed while the program runs. In configuration a service inherits each value that its own section does not set.</remarks>
public sealed class RequestOptions
{
    /// <summary>Trying another instance.</summary>
    public RetryOptions Retry { get; set; } = new();

    /// <summary>Asking a second instance when the first takes long.</summary>
    public HedgingOptions Hedging { get; set; } = new();

    /// <summary>A circuit breaker per instance, where the package Discovery.Client.Resilience adds it.</summary>
    public CircuitBreakerOptions CircuitBreaker { get; set; } = new();
}
