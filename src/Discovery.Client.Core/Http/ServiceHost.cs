namespace Discovery.Client.Http;

/// <summary>What the host of a URI names. Decided by its looks alone: no registry is asked.</summary>
/// <param name="Name">The host of the service, without the endpoint.</param>
/// <param name="Endpoint">The named endpoint, or null.</param>
/// <param name="Claim">When it is a service for a handler on all clients.</param>
internal readonly record struct ServiceHost(string Name, string? Endpoint, HostClaim Claim)
{
    /// <summary>Reads <c>service</c> and <c>_endpoint.service</c>.</summary>
    public static ServiceHost Parse(string host, RequestScheme scheme)
    {
        var dot = host.IndexOf('.', StringComparison.Ordinal);
        if (host.StartsWith('_') && dot > 1 && dot < host.Length - 1)
        {
            return new(host[(dot + 1)..], host[1..dot], HostClaim.Always);
        }

        return new(host, null, scheme == RequestScheme.HttpsThenHttp ? HostClaim.Always : dot < 0 ? HostClaim.UnlessPort : HostClaim.Never);
    }

    public static bool TryParseScheme(string scheme, out RequestScheme result)
    {
        result = scheme.Length switch { 4 => RequestScheme.Http, 5 => RequestScheme.Https, 2 => RequestScheme.Ws, 3 => RequestScheme.Wss, _ => RequestScheme.HttpsThenHttp };
        return scheme is "http" or "https" or "https+http" or "ws" or "wss";
    }

    /// <summary>Whether the host can be a service at all: IP addresses and this machine cannot.</summary>
    public static bool CanBeService(Uri uri, string host)
        => uri.HostNameType is not (UriHostNameType.IPv4 or UriHostNameType.IPv6 or UriHostNameType.Unknown)
            && host.Length > 0 && host != "localhost" && !host.EndsWith(".localhost", StringComparison.Ordinal);
}
