using Discovery.Client.Selection;

namespace Discovery.Client.Configuration;

/// <summary>Reads section <c>Selection</c>, of all services and of one.</summary>
internal static class SelectionBinder
{
    /// <param name="settings">The section.</param>
    /// <param name="defaults">What holds where it says nothing.</param>
    public static SelectionOptions Bind(SettingsReader settings, SelectionOptions defaults) => new()
    {
        PeakEwma = Bind(settings.GetSection("PeakEwma"), defaults.PeakEwma),
        ConsistentHash = Bind(settings.GetSection("ConsistentHash"), defaults.ConsistentHash),
        Outlier = LayersBinder.Bind(settings.GetSection("Outlier"), defaults.Outlier),
        SlowStart = LayersBinder.Bind(settings.GetSection("SlowStart"), defaults.SlowStart),
        Panic = LayersBinder.Bind(settings.GetSection("Panic"), defaults.Panic),
        Priority = LayersBinder.Bind(settings.GetSection("Priority"), defaults.Priority),
        Routing = RoutingBinder.Bind(settings.GetSection("Routing"), defaults.Routing),
        Key = RoutingBinder.Bind(settings.GetSection("Key"), defaults.Key),
        Sticky = RoutingBinder.Bind(settings.GetSection("Sticky"), defaults.Sticky),
        Zone = LayersBinder.Bind(settings.GetSection("Zone"), defaults.Zone),
        Subset = LayersBinder.Bind(settings.GetSection("Subset"), defaults.Subset),
    };

    private static ConsistentHashOptions Bind(SettingsReader settings, ConsistentHashOptions defaults) => new()
    {
        Algorithm = settings.GetEnum("Algorithm", defaults.Algorithm),
        LoadFactor = settings.GetDouble("LoadFactor", defaults.LoadFactor, double.MinValue),
        TableSize = settings.GetInt32("TableSize", defaults.TableSize, int.MinValue),
        RingPoints = settings.GetInt32("RingPoints", defaults.RingPoints, int.MinValue),
    };

    private static PeakEwmaOptions Bind(SettingsReader settings, PeakEwmaOptions defaults)
    {
        var options = new PeakEwmaOptions { DecayTime = defaults.DecayTime, InitialLatency = defaults.InitialLatency, FailureLatency = defaults.FailureLatency };
        foreach (var duration in DurationSettings.OfPeakEwma)
        {
            duration.Read(settings, options);
        }

        return options;
    }
}
