namespace Discovery.Client;

/// <summary>A circuit breaker per instance, section <c>Requests:CircuitBreaker</c>. There is one only where <c>AddCircuitBreakers()</c> of the package Discovery.Client.Resilience was called.</summary>
public sealed class CircuitBreakerOptions
{
    /// <summary>Whether instances have one.</summary>
    /// <value>The default is true.</value>
    public bool Enabled { get; set; } = true;

    /// <summary>The percentage of failures at which the circuit of an instance opens.</summary>
    /// <value>The default is 50; 1 to 100.</value>
    public double FailurePercent { get; set; } = 50;

    /// <summary>How many requests within <see cref="Window"/> make a percentage.</summary>
    /// <value>The default is 10; 2 to 1 000 000.</value>
    public int MinRequests { get; set; } = 10;

    /// <summary>The time that is looked back on.</summary>
    /// <value>The default is 30 seconds; 500 ms to 1 day.</value>
    public TimeSpan Window { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a circuit stays open before one request finds out whether it may close.</summary>
    /// <value>The default is 10 seconds; 500 ms to 1 day.</value>
    public TimeSpan BreakTime { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>What happens when no instance is left but ones with an open circuit: false, one of them is asked all the same; true, the request fails at once.</summary>
    /// <value>The default is false: a list is never made empty.</value>
    public bool FailFast { get; set; }
}
