namespace Discovery.Client.Selection;

/// <summary>What the layers that are switched on need of the engine.</summary>
internal static class LayersNeed
{
    /// <summary>Whether any service has a layer that the passing of time changes.</summary>
    public static bool NeedsSweep(this DiscoveryClientOptions options)
        => NeedsSweep(options.Selection) || options.Services.Values.Any(service => service.Selection is { } selection && NeedsSweep(selection));

    /// <summary>Whether a layer shares out load by how much of a group is available.</summary>
    public static bool SharesOutLoad(this SelectionOptions selection) => selection.Priority.IsOn || selection.Zone.Local is not null;

    private static bool NeedsSweep(SelectionOptions selection) => selection.Outlier.Enabled || selection.SlowStart.Window > TimeSpan.Zero || SharesOutLoad(selection);
}
