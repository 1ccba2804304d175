namespace Discovery.Client.Selection;

/// <summary>Requests that go to certain instances, section <c>Selection:Routing:Routes:{name}</c>. A request takes the route if all that the route says of requests holds.</summary>
public sealed class RouteOptions
{
    /// <summary>The instances.</summary>
    public InstanceMatch Match { get; set; } = new();

    /// <summary>The percentage of requests. Those with a key are told apart by it: one key always takes the same way, and those that took the route stay when the percentage grows. Others by chance.</summary>
    /// <value>The default is null: all; 0 to 100, and no more than 100 for all routes together.</value>
    public double? Percent { get; set; }

    /// <summary>A header that requests must have.</summary>
    /// <value>The default is null: none.</value>
    public string? Header { get; set; }

    /// <summary>The value that the header must have, exactly.</summary>
    /// <value>The default is null: any.</value>
    public string? HeaderValue { get; set; }

    /// <summary>What happens while none of the instances can be chosen.</summary>
    /// <value>The default is null: <see cref="RoutingOptions.Fallback"/>.</value>
    public RoutingFallback? Fallback { get; set; }
}
