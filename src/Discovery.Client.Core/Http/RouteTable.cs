using System.Collections.Concurrent;
using Discovery.Client.Snapshots;

namespace Discovery.Client.Http;

/// <summary>The routes found under one state of the configuration.</summary>
internal sealed class RouteTable(DiscoveryClientOptions options, ServiceCatalog catalog, Func<string, RetryBudget> budgets)
{
    private static readonly ServiceOptions Undeclared = new();

    private readonly ConcurrentDictionary<string, Route>[] _routes = [new(), new(), new(), new(), new()];
    private readonly string[] _declaredNames = [.. options.Services.Values.Select(service => service.Name).OfType<string>()];

    /// <summary>The route of a URI; null if its host is no service for this handler. Costs no allocation but for the first request to a service.</summary>
    /// <param name="uri">An absolute URI.</param>
    /// <param name="everyHost">Whether the handler is on one client, and every name is a service.</param>
    public Route? Find(Uri uri, bool everyHost)
    {
        if (!ServiceHost.TryParseScheme(uri.Scheme, out var scheme))
        {
            return null;
        }

        var host = uri.Host;
        var route = _routes[(int)scheme].TryGetValue(host, out var known) ? known : Add(uri, host, scheme, everyHost);
        return route is not null && route.AppliesTo(uri, everyHost) ? route : null;
    }

    private Route? Add(Uri uri, string host, RequestScheme scheme, bool everyHost)
    {
        if (!ServiceHost.CanBeService(uri, host) || !(everyHost || MayBeClaimed(uri, host, scheme)))
        {
            return null;
        }

        var named = ServiceHost.Parse(host, scheme);
        var service = HostNames.ToService(named.Name, options.Services, out var isDeclared);
        var settings = options.Services.TryGetValue(service, out var declared) ? declared : Undeclared;
        return _routes[(int)scheme].GetOrAdd(host, new Route
        {
            Table = this,
            Host = host,
            Scheme = scheme,
            Endpoint = named.Endpoint,
            LogicalHost = named.Name,
            Claim = isDeclared ? HostClaim.Always : named.Claim,
            Entry = catalog.GetOrAdd(service),
            HostHeader = HostHeaderRule.Parse(settings.HostHeader, named.Name),
            FallBackToDns = settings.FallBackToDns,
            Requests = settings.Requests ?? options.Requests,
            Budget = budgets(service),
        });
    }

    // Asked for every request that a handler on all clients lets pass.
    private bool MayBeClaimed(Uri uri, string host, RequestScheme scheme)
        => scheme == RequestScheme.HttpsThenHttp || host.StartsWith('_') || (!host.Contains('.', StringComparison.Ordinal) && uri.IsDefaultPort)
            || options.Services.ContainsKey(host) || IsDeclaredName(host);

    private bool IsDeclaredName(string host)
    {
        foreach (var name in _declaredNames)
        {
            if (string.Equals(name, host, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
