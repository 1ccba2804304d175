using System.Collections.Immutable;

namespace Discovery.Client.Selection;

/// <summary>The groups of instances that routing tells apart, and when a request is for which. Pure.</summary>
internal sealed class RoutingTable
{
    /// <summary>How many versions are told apart at most; further ones are as if nobody had them.</summary>
    public const int MostVersions = 64;

    private const ulong Salt = 0x7C15_9E37_79B9_4A7D;

    private readonly RoutingOptions _options;

    public RoutingTable(RoutingOptions options)
    {
        _options = options;
        var from = 0.0;
        foreach (var (name, route) in options.Routes.OrderBy(route => route.Key, StringComparer.OrdinalIgnoreCase))
        {
            Routes = Routes.Add(new(name, route, from, from + (route.Percent ?? 0), route.Fallback ?? options.Fallback));
            from += route.Percent ?? 0;
        }
    }

    public ImmutableArray<Route> Routes { get; } = [];

    public bool IsDefault(ServiceInstance instance) => _options.Default.IsEmpty ? !Routes.Any(route => route.Options.Match.Holds(instance)) : _options.Default.Holds(instance);

    /// <summary>Where a request stands among all, from 0 to below 100: by its key if it has one. Mixed, since selectors take an instance by the same key.</summary>
    public static double PlaceOf(ulong? key, RandomSource random) => (HashedNodes.Mix((key ?? random.NextUInt64()) ^ Salt) >> 11) * (100.0 / (1UL << 53));

    internal sealed record Route(string Name, RouteOptions Options, double From, double To, RoutingFallback Fallback)
    {
        /// <param name="headers">The request's.</param>
        /// <param name="place">Where it stands among all requests.</param>
        public bool Takes(in RequestHeaders headers, double place)
            => (Options.Percent is null || (place >= From && place < To))
                && (Options.Header is null || (headers.Find(Options.Header) is { } value && (Options.HeaderValue is null || value == Options.HeaderValue)));
    }
}
