using System.Buffers;
using System.Globalization;
using Discovery.Client.Selection;

namespace Discovery.Client.Configuration;

/// <summary>What holds of what depends on the single request, wherever it comes from. Pure.</summary>
internal static class RoutingRules
{
    // A token of RFC 9110, section 5.6.2.
    private static readonly SearchValues<char> OfNames = SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    public static IEnumerable<string> Check(SelectionOptions options, string path)
        => [
            .. options.Routing.Routes.SelectMany(route => Check(route.Value, $"{path}:Routing:Routes:{route.Key}")),
            .. CheckSum(options.Routing, $"{path}:Routing"),
            .. CheckFallback(options.Routing.Fallback, $"{path}:Routing"),
            .. CheckHeader(options.Routing.VersionHeader, $"{path}:Routing:VersionHeader"),
            .. CheckHeader(options.Key.Header, $"{path}:Key:Header"),
            .. DurationSettings.StickyIdleTimeout.Check($"{path}:Sticky", options.Sticky),
            .. options.Sticky.MaxKeys is >= 100 and <= 10_000_000 ? Array.Empty<string>()
                : [string.Create(CultureInfo.InvariantCulture, $"{path}:Sticky:MaxKeys is {options.Sticky.MaxKeys}, a whole number from 100 to 10000000 is expected.")],
        ];

    private static IEnumerable<string> Check(RouteOptions route, string path)
    {
        if (route.Match.IsEmpty)
        {
            yield return $"{path}:Match is missing: give the version or the metadata of the instances that the route is for.";
        }

        if (route.Percent is { } percent && percent is not (>= 0 and <= 100))
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{path}:Percent is {percent}, a number from 0 to 100 is expected.");
        }

        foreach (var error in CheckHeader(route.Header, $"{path}:Header"))
        {
            yield return error;
        }

        if (route is { HeaderValue: not null, Header: null })
        {
            yield return $"{path}:Header is missing: a value goes with a header.";
        }

        foreach (var error in route.Fallback is { } fallback ? CheckFallback(fallback, path) : [])
        {
            yield return error;
        }
    }

    private static IEnumerable<string> CheckHeader(string? name, string path)
        => name is null || (name.Length > 0 && !name.AsSpan().ContainsAnyExcept(OfNames)) ? [] : [$"{path} is '{name}', which is no name of a header."];

    private static IEnumerable<string> CheckFallback(RoutingFallback fallback, string path)
        => Enum.IsDefined(fallback) ? [] : [$"{path}:Fallback is '{fallback}', one of {string.Join(", ", Enum.GetNames<RoutingFallback>())} is expected."];

    private static IEnumerable<string> CheckSum(RoutingOptions routing, string path)
        => routing.Routes.Values.Sum(route => route.Percent ?? 0) is var sum and > 100
            ? [string.Create(CultureInfo.InvariantCulture, $"{path}:Routes has {sum} % in all, no more than 100 are expected.")] : [];
}
