namespace Discovery.Client;

/// <summary>Trying another instance, section <c>Requests:Retry</c>.</summary>
/// <remarks>
/// What was never sent is tried elsewhere whatever it is. What may have been sent is tried elsewhere if it can be repeated: GET, HEAD, OPTIONS, TRACE, PUT and DELETE without content, and
/// what <see cref="DiscoveryRequestExtensions.SetRepeatable"/> says of. No attempt goes to an instance that was tried already. The budget is that of Twitter's Finagle: a service that is down as a
/// whole gets a fifth more requests from its callers, not twice as many.
/// </remarks>
public sealed class RetryOptions
{
    /// <summary>The most instances that one request tries, the first included. 1: there are no further attempts.</summary>
    /// <value>The default is 5; 1 to 16.</value>
    public int MaxAttempts { get; set; } = 5;

    /// <summary>The most instances that one request is sent to, the first included; connections that could not be opened do not count. It may be the request that breaks them.</summary>
    /// <value>The default is 2; 1 to 16.</value>
    public int MaxSent { get; set; } = 2;

    /// <summary>Whether a request that can be repeated goes to another instance after a response with status 502, 503 or 504.</summary>
    /// <value>The default is true.</value>
    public bool OnStatus { get; set; } = true;

    /// <summary>How many further attempts there may be, hedging included, in percent of the requests to the service; those that follow a refused connection do not count. What is not used is kept for 10 seconds.</summary>
    /// <value>The default is 20; 0 to 1000.</value>
    public double BudgetPercent { get; set; } = 20;

    /// <summary>How many further attempts there may be each second beside those.</summary>
    /// <value>The default is 10; 0 to 1 000 000.</value>
    public double BudgetPerSecond { get; set; } = 10;
}
