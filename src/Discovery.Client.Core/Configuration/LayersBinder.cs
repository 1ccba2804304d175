using Discovery.Client.Selection;

namespace Discovery.Client.Configuration;

/// <summary>Reads the sections of the layers around the selector.</summary>
internal static class LayersBinder
{
    public static OutlierOptions Bind(SettingsReader settings, OutlierOptions defaults)
    {
        var options = new OutlierOptions
        {
            Enabled = settings.GetBoolean("Enabled", defaults.Enabled),
            ConsecutiveFailures = settings.GetInt32("ConsecutiveFailures", defaults.ConsecutiveFailures),
            Interval = defaults.Interval,
            EjectionTime = defaults.EjectionTime,
            MaxEjectionTime = defaults.MaxEjectionTime,
            MaxEjectedPercent = settings.GetInt32("MaxEjectedPercent", defaults.MaxEjectedPercent),
            SuccessRateFactor = settings.GetDouble("SuccessRateFactor", defaults.SuccessRateFactor),
            SuccessRateRequests = settings.GetInt32("SuccessRateRequests", defaults.SuccessRateRequests),
            FailurePercent = settings.GetInt32("FailurePercent", defaults.FailurePercent),
            FailurePercentRequests = settings.GetInt32("FailurePercentRequests", defaults.FailurePercentRequests),
            MinInstances = settings.GetInt32("MinInstances", defaults.MinInstances),
        };
        foreach (var duration in DurationSettings.OfOutlier)
        {
            duration.Read(settings, options);
        }

        return options;
    }

    public static SlowStartOptions Bind(SettingsReader settings, SlowStartOptions defaults)
    {
        var options = new SlowStartOptions
        {
            Window = defaults.Window,
            Floor = settings.GetDouble("Floor", defaults.Floor),
            Aggression = settings.GetDouble("Aggression", defaults.Aggression),
        };
        DurationSettings.SlowStartWindow.Read(settings, options);
        return options;
    }

    public static PanicOptions Bind(SettingsReader settings, PanicOptions defaults) => new() { Threshold = settings.GetInt32("Threshold", defaults.Threshold) };

    public static PriorityOptions Bind(SettingsReader settings, PriorityOptions defaults) => new()
    {
        Metadata = settings.GetString("Metadata", defaults.Metadata),
        Zones = [.. settings.GetStrings("Zones") ?? [.. defaults.Zones]],
        Overprovisioning = settings.GetDouble("Overprovisioning", defaults.Overprovisioning),
    };

    public static ZoneOptions Bind(SettingsReader settings, ZoneOptions defaults) => new()
    {
        Local = settings.GetString("Local", defaults.Local),
        Overprovisioning = settings.GetDouble("Overprovisioning", defaults.Overprovisioning),
        MinInstances = settings.GetInt32("MinInstances", defaults.MinInstances),
    };

    public static SubsetOptions Bind(SettingsReader settings, SubsetOptions defaults) => new()
    {
        Size = settings.GetInt32("Size", defaults.Size),
        ClientId = settings.GetString("ClientId", defaults.ClientId),
        PeerIndex = Optional(settings, "PeerIndex", defaults.PeerIndex),
        PeerCount = Optional(settings, "PeerCount", defaults.PeerCount),
    };

    private static int? Optional(SettingsReader settings, string key, int? defaultValue) => settings.GetInt32(key, defaultValue ?? -1, -1) is >= 0 and var value ? value : null;
}
