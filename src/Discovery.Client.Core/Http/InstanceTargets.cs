using Discovery.Client.Selection;

namespace Discovery.Client.Http;

/// <summary>The addresses of an instance as requests ask for them, kept with its node and made anew when the instance changes.</summary>
internal sealed class InstanceTargets
{
    private readonly ServiceInstance _instance;
    private readonly RequestTarget? _http;
    private readonly RequestTarget? _https;
    private readonly RequestTarget? _either;
    private volatile (string? Endpoint, RequestScheme Scheme, RequestTarget? Target)[] _named = [];

    private InstanceTargets(ServiceInstance instance)
    {
        _instance = instance;
        _http = Target(TargetRule.Find(instance, RequestScheme.Http));
        _https = Target(TargetRule.Find(instance, RequestScheme.Https));
        _either = Target(TargetRule.Find(instance, RequestScheme.HttpsThenHttp));
    }

    /// <summary>The address of a node for a route; null if the instance has none such.</summary>
    public static RequestTarget? Find(ServiceNode node, Route route)
    {
        var instance = node.Instance;

        // The instance is compared because a slower thread may still keep the addresses of the one before.
        if (node.Targets is not InstanceTargets targets || !ReferenceEquals(targets._instance, instance))
        {
            node.Targets = targets = new InstanceTargets(instance);
        }

        return route.Endpoint is null ? targets.Main(route.Scheme) : targets.Named(route.Endpoint, route.Scheme);
    }

    private RequestTarget? Main(RequestScheme scheme) => scheme switch
    {
        RequestScheme.Http => _http,
        RequestScheme.Https => _https,
        RequestScheme.HttpsThenHttp => _either,
        _ => Named(null, scheme),
    };

    private RequestTarget? Named(string? endpoint, RequestScheme scheme)
    {
        var named = _named;
        foreach (var entry in named)
        {
            if (entry.Scheme == scheme && entry.Endpoint == endpoint)
            {
                return entry.Target;
            }
        }

        var target = Target(endpoint is null ? TargetRule.Find(_instance, scheme) : TargetRule.Find(_instance, endpoint, scheme));
        _named = [.. named, (endpoint, scheme, target)];
        return target;
    }

    private static RequestTarget? Target(string? address) => address is null ? null : new(address);
}
