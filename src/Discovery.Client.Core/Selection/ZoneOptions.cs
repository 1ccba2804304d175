namespace Discovery.Client.Selection;

/// <summary>Preference for the instances of one's own zone, section <c>Selection:Zone</c>.</summary>
/// <remarks>
/// Callers are taken to be spread evenly over the zones that have instances. While the own zone's part of the capacity, times <see cref="Overprovisioning"/>, reaches the part of the load that arises there,
/// all requests stay; below that the rest spills over to the zones that have capacity to spare, in proportion to it. That is Envoy's zone-aware routing with its factor for spill-over.
/// </remarks>
public sealed class ZoneOptions
{
    /// <summary>The zone of this process, as instances say it.</summary>
    /// <value>The default is null: zones do not matter.</value>
    public string? Local { get; set; }

    /// <summary>How much more than its part a zone can carry.</summary>
    /// <value>The default is 1.4, which is Envoy's; 1 to 100.</value>
    public double Overprovisioning { get; set; } = 1.4;

    /// <summary>With fewer instances zones do not matter: one of them would get too much.</summary>
    /// <value>The default is 6, which is Envoy's; 1 to 100 000.</value>
    public int MinInstances { get; set; } = 6;
}
