using Discovery.Client.Selection;

namespace Discovery.Client.Configuration;

/// <summary>Reads the sections of the layers around the selector.</summary>
internal static class LayersBinder
{
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
