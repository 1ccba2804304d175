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
            ConsecutiveFailures = settings.GetInt32("ConsecutiveFailures", defaults.ConsecutiveFailures, int.MinValue),
            Interval = defaults.Interval,
            EjectionTime = defaults.EjectionTime,
            MaxEjectionTime = defaults.MaxEjectionTime,
            MaxEjectedPercent = settings.GetInt32("MaxEjectedPercent", defaults.MaxEjectedPercent, int.MinValue),
            SuccessRateFactor = settings.GetDouble("SuccessRateFactor", defaults.SuccessRateFactor, double.MinValue),
            SuccessRateRequests = settings.GetInt32("SuccessRateRequests", defaults.SuccessRateRequests, int.MinValue),
            FailurePercent = settings.GetInt32("FailurePercent", defaults.FailurePercent, int.MinValue),
            FailurePercentRequests = settings.GetInt32("FailurePercentRequests", defaults.FailurePercentRequests, int.MinValue),
            MinInstances = settings.GetInt32("MinInstances", defaults.MinInstances, int.MinValue),
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
            Floor = settings.GetDouble("Floor", defaults.Floor, double.MinValue),
            Aggression = settings.GetDouble("Aggression", defaults.Aggression, double.MinValue),
        };
        DurationSettings.SlowStartWindow.Read(settings, options);
        return options;
    }

    public static PanicOptions Bind(SettingsReader settings, PanicOptions defaults) => new() { Threshold = settings.GetInt32("Threshold", defaults.Threshold, int.MinValue) };

    public static PriorityOptions Bind(SettingsReader settings, PriorityOptions defaults)
    {
        // Levels come from one of the two, so that naming one of them here replaces the other that is named for all.
        var (metadata, zones) = (settings.GetString("Metadata"), settings.GetStrings("Zones"));
        return new()
        {
            Metadata = zones is { Count: > 0 } ? metadata : settings.GetOptionalString("Metadata", defaults.Metadata),
            Zones = [.. zones ?? (metadata is null ? [.. defaults.Zones] : [])],
            Overprovisioning = settings.GetDouble("Overprovisioning", defaults.Overprovisioning, double.MinValue),
        };
    }

    public static ZoneOptions Bind(SettingsReader settings, ZoneOptions defaults) => new()
    {
        Local = settings.GetOptionalString("Local", defaults.Local),
        Overprovisioning = settings.GetDouble("Overprovisioning", defaults.Overprovisioning, double.MinValue),
        MinInstances = settings.GetInt32("MinInstances", defaults.MinInstances, int.MinValue),
    };

    public static SubsetOptions Bind(SettingsReader settings, SubsetOptions defaults) => new()
    {
        Size = settings.GetInt32("Size", defaults.Size, int.MinValue),
        ClientId = settings.GetOptionalString("ClientId", defaults.ClientId),
        PeerIndex = Optional(settings, "PeerIndex", defaults.PeerIndex),
        PeerCount = Optional(settings, "PeerCount", defaults.PeerCount),
    };

    private static int? Optional(SettingsReader settings, string key, int? defaultValue)
        => settings.GetOptionalString(key, "") switch
        {
            null => null,
            "" => defaultValue,
            _ => settings.GetInt32(key, 0, int.MinValue),
        };
}
