namespace Discovery.Client.Selection;

/// <summary>Which requests go to which instances (canaries, versions, test traffic), section <c>Selection:Routing</c>.</summary>
/// <remarks>
/// <see cref="VersionHeader"/> is asked first, then the routes in the order of their names; the first that holds counts. All other requests go to the default instances. Within them the other layers and the selector choose.
/// </remarks>
public sealed class RoutingOptions
{
    /// <summary>The routes by name.</summary>
    /// <value>The default is empty. In configuration a service that has routes of its own inherits none.</value>
    public IDictionary<string, RouteOptions> Routes { get; set; } = new Dictionary<string, RouteOptions>(StringComparer.OrdinalIgnoreCase);

    /// <summary>A header in which a request names the version of the instances it wants.</summary>
    /// <value>The default is null: none.</value>
    public string? VersionHeader { get; set; }

    /// <summary>The instances that requests without a route go to.</summary>
    /// <value>The default says nothing: those that no route is for.</value>
    public InstanceMatch Default { get; set; } = new();

    /// <summary>What happens while none of a route's instances can be chosen.</summary>
    /// <value>The default is <see cref="RoutingFallback.Default"/>.</value>
    public RoutingFallback Fallback { get; set; }

    internal bool IsOn => Routes.Count > 0 || VersionHeader is not null || !Default.IsEmpty;
}
