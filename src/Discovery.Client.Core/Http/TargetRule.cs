namespace Discovery.Client.Http;

/// <summary>Which of an instance's addresses a request goes to. Https is never downgraded, and an address that says no scheme can be either.</summary>
internal static class TargetRule
{
    private const string Http = "http";
    private const string Https = "https";

    /// <summary>Among the main address and the endpoints named <c>http</c> and <c>https</c>.</summary>
    public static string? Find(ServiceInstance instance, RequestScheme scheme)
    {
        if (scheme is RequestScheme.Ws or RequestScheme.Wss)
        {
            return OverWebSocket(Find(instance, OfHttp(scheme)));
        }

        var main = new ServiceEndpoint(instance.Host, instance.Port, instance.Scheme, instance.PathPrefix);
        var secure = Said(main, Https) ?? Said(Endpoint(instance, Https), Https, unsaid: true);
        var plain = Said(main, Http) ?? Said(Endpoint(instance, Http), Http, unsaid: true);
        return scheme switch
        {
            RequestScheme.Https => secure ?? Said(main, Https, unsaid: true),
            RequestScheme.Http => plain ?? Said(main, Http, unsaid: true) ?? secure,
            _ => secure ?? plain ?? Said(main, Http, unsaid: true),
        };
    }

    /// <summary>The endpoint of a name.</summary>
    public static string? Find(ServiceInstance instance, string name, RequestScheme scheme)
    {
        if (scheme is RequestScheme.Ws or RequestScheme.Wss)
        {
            return OverWebSocket(Find(instance, name, OfHttp(scheme)));
        }

        var endpoint = Endpoint(instance, name);
        return scheme switch
        {
            RequestScheme.Https => Said(endpoint, Https, unsaid: true),
            RequestScheme.Http => Said(endpoint, Http, unsaid: true) ?? Said(endpoint, Https),
            _ => Said(endpoint, Https) ?? Said(endpoint, Http, unsaid: true),
        };
    }

    // A WebSocket is opened by a request to an address for http or https.
    private static RequestScheme OfHttp(RequestScheme scheme) => scheme == RequestScheme.Ws ? RequestScheme.Http : RequestScheme.Https;

    private static string? OverWebSocket(string? address) => address is null ? null : string.Concat("ws", address.AsSpan(Http.Length));

    // Hosts are in lower case, names of endpoints need not be.
    private static ServiceEndpoint? Endpoint(ServiceInstance instance, string name)
        => instance.Endpoints.TryGetValue(name, out var exact) ? exact
            : instance.Endpoints.FirstOrDefault(endpoint => string.Equals(endpoint.Key, name, StringComparison.OrdinalIgnoreCase)).Value;

    private static string? Said(ServiceEndpoint? endpoint, string scheme, bool unsaid = false)
        => endpoint is not null && (endpoint.Scheme is null ? unsaid : Normalize(endpoint.Scheme) == scheme)
            ? RequestTarget.AddressOf(scheme, endpoint.Host, endpoint.Port, endpoint.PathPrefix)
            : null;

    private static string? Normalize(string scheme) => scheme.ToLowerInvariant() switch
    {
        Http or "h2c" or "grpc" or "ws" => Http,
        Https or "h2" or "grpcs" or "wss" => Https,
        _ => null,
    };
}
