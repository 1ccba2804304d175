namespace Discovery.Client.Selection;

/// <summary>Where requests go while none of the instances of their route can be chosen. There is always somewhere: routing never leaves a request without an instance.</summary>
public enum RoutingFallback
{
    /// <summary>To the default instances, those that requests without a route go to; if there are none of these either, to any.</summary>
    Default,

    /// <summary>To any instance.</summary>
    Any,

    /// <summary>As if the route was not there: the routes after it are asked, then the default instances.</summary>
    Keep,
}
