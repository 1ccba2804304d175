using Discovery.Client.Snapshots;

namespace Discovery.Client.Http;

internal static class NoInstance
{
    /// <summary>Why a request has no instance to go to.</summary>
    public static NoInstanceAvailableException Because(ServiceView view, Route route, CallExplanation? explanation)
        => new(view, Reason(view, route), explanation);

    private static string Reason(ServiceView view, Route route)
        => view.Nodes.IsEmpty ? "the registry lists none" : route switch
        {
            { Endpoint: { } endpoint } => $"none of {view.Nodes.Length} has an endpoint '{endpoint}' for {SchemeText(route)}",
            _ => $"none of {view.Nodes.Length} has an address for {SchemeText(route)}",
        };

    private static string SchemeText(Route route) => route.Scheme switch
    {
        RequestScheme.Http => "http",
        RequestScheme.Https => "https",
        RequestScheme.Ws => "ws",
        RequestScheme.Wss => "wss",
        _ => "https or http",
    };
}
