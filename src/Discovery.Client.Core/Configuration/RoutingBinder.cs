using Discovery.Client.Selection;

namespace Discovery.Client.Configuration;

/// <summary>Reads the sections of what depends on the single request.</summary>
internal static class RoutingBinder
{
    public static RoutingOptions Bind(SettingsReader settings, RoutingOptions defaults)
    {
        var routes = settings.GetSection("Routes");
        return new()
        {
            Routes = routes.Section is null ? defaults.Routes : routes.Keys.ToDictionary(name => name, name => Bind(routes.GetSection(name)), StringComparer.OrdinalIgnoreCase),
            VersionHeader = settings.GetOptionalString("VersionHeader", defaults.VersionHeader),
            Default = settings.GetSection("Default") is { Section: not null } match ? Match(match) : defaults.Default,
            Fallback = settings.GetEnum("Fallback", defaults.Fallback),
        };
    }

    public static KeyOptions Bind(SettingsReader settings, KeyOptions defaults)
        => new() { Header = settings.GetOptionalString("Header", defaults.Header), Cookie = settings.GetOptionalString("Cookie", defaults.Cookie) };

    public static StickyOptions Bind(SettingsReader settings, StickyOptions defaults)
    {
        var options = new StickyOptions
        {
            Enabled = settings.GetBoolean("Enabled", defaults.Enabled),
            IdleTimeout = defaults.IdleTimeout,
            MaxKeys = settings.GetInt32("MaxKeys", defaults.MaxKeys, int.MinValue),
        };
        DurationSettings.StickyIdleTimeout.Read(settings, options);
        return options;
    }

    private static RouteOptions Bind(SettingsReader settings) => new()
    {
        Match = Match(settings.GetSection("Match")),
        Percent = settings.GetString("Percent") is null ? null : settings.GetDouble("Percent", 0, double.MinValue),
        Header = settings.GetString("Header"),
        HeaderValue = settings.GetString("HeaderValue"),
        Fallback = settings.GetString("Fallback") is null ? null : settings.GetEnum("Fallback", default(RoutingFallback)),
    };

    private static InstanceMatch Match(SettingsReader settings)
        => new() { Version = settings.GetString("Version"), Metadata = settings.GetMap("Metadata").ToDictionary(StringComparer.Ordinal) };
}
