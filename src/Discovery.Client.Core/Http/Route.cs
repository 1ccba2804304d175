using Discovery.Client.Snapshots;

namespace Discovery.Client.Http;

/// <summary>What a scheme and a host lead to; made once and looked up per request.</summary>
internal sealed class Route
{
    // In the order of the enumeration.
    private static readonly string[] SchemeNames = ["http", "https", "https+http", "ws", "wss"];

    private string? _plain;

    public required RouteTable Table { get; init; }

    public required string Host { get; init; }

    public required RequestScheme Scheme { get; init; }

    /// <summary>The named endpoint, or null for the instance's main address.</summary>
    public required string? Endpoint { get; init; }

    /// <summary>The host without the endpoint.</summary>
    public required string LogicalHost { get; init; }

    public required HostClaim Claim { get; init; }

    public required ServiceEntry Entry { get; init; }

    public required HostHeaderRule HostHeader { get; init; }

    public required bool FallBackToDns { get; init; }

    public required RequestOptions Requests { get; init; }

    /// <summary>What further attempts are taken from: one for all routes of a service.</summary>
    public required RetryBudget Budget { get; init; }

    public bool Hedges => Requests.Hedging.Delay > TimeSpan.Zero;

    /// <summary>Whether a URI has the host and the scheme of this route and names no port, told from its text as most callers write it.</summary>
    public bool IsPlainly(Uri uri) => uri.OriginalString.StartsWith(_plain ??= $"{SchemeNames[(int)Scheme]}://{Host}/", StringComparison.Ordinal);

    /// <summary>Whether a URI has the host and the scheme of this route.</summary>
    public bool IsOf(Uri uri) => Host == uri.Host && uri.Scheme == SchemeNames[(int)Scheme];

    /// <summary>The URI of a request that falls back to DNS: as it is, but for what only this library understands.</summary>
    public Uri DnsUriOf(Uri original)
    {
        var scheme = Scheme switch { RequestScheme.Http => "http", RequestScheme.Ws => "ws", RequestScheme.Wss => "wss", _ => "https" };
        return new RequestTarget(original.IsDefaultPort ? $"{scheme}://{LogicalHost}" : $"{scheme}://{LogicalHost}:{original.Port}").UriOf(original);
    }

    public bool AppliesTo(Uri uri, bool everyHost) => everyHost || Claim == HostClaim.Always || (Claim == HostClaim.UnlessPort && (IsPlainly(uri) || uri.IsDefaultPort));
}
