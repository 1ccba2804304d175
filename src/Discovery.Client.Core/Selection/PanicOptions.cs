namespace Discovery.Client.Selection;

/// <summary>What happens while few instances are available, section <c>Selection:Panic</c>; as in Envoy.</summary>
/// <remarks>
/// When so many fail, what takes them for failing is more likely to be wrong than all of them, and the few that are left would go down under the load of all. Unavailable are instances that the registry lists
/// as down and those left out by <see cref="OutlierOptions"/>. Instances that say themselves that they take no requests (starting, out of service, weight 0) count in no way.
/// </remarks>
public sealed class PanicOptions
{
    /// <summary>When less than this percentage of the instances is available, requests go to all of them.</summary>
    /// <value>The default is 50, which is Envoy's; 0 to 100. 0: only when none is available.</value>
    public int Threshold { get; set; } = 50;
}
