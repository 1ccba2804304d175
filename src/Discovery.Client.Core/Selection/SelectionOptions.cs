namespace Discovery.Client.Selection;

/// <summary>How instances are chosen, beside the name of the selector: section <c>Discovery:Selection</c> for all services, <c>Discovery:Services:{name}:Selection</c> for one.</summary>
/// <remarks>May be changed while the program runs: what was learned of instances is kept. In configuration a service inherits each value that its own section does not set.</remarks>
public sealed class SelectionOptions
{
    /// <summary>The settings of <see cref="SelectorNames.PeakEwma"/>.</summary>
    public PeakEwmaOptions PeakEwma { get; set; } = new();

    /// <summary>The settings of <see cref="SelectorNames.ConsistentHash"/>.</summary>
    public ConsistentHashOptions ConsistentHash { get; set; } = new();

    /// <summary>Taking instances that fail out of traffic for a while.</summary>
    public OutlierOptions Outlier { get; set; } = new();

    /// <summary>Instances that join get their traffic by and by.</summary>
    public SlowStartOptions SlowStart { get; set; } = new();

    /// <summary>When all instances are used because few are available.</summary>
    public PanicOptions Panic { get; set; } = new();

    /// <summary>Instances that stand by for others.</summary>
    public PriorityOptions Priority { get; set; } = new();

    /// <summary>Preference for one's own zone.</summary>
    public ZoneOptions Zone { get; set; } = new();

    /// <summary>Which requests go to which instances.</summary>
    public RoutingOptions Routing { get; set; } = new();

    /// <summary>Where the key of a request comes from.</summary>
    public KeyOptions Key { get; set; } = new();

    /// <summary>Sessions that stay at their instance.</summary>
    public StickyOptions Sticky { get; set; } = new();

    /// <summary>The part of a large service that this process talks to.</summary>
    public SubsetOptions Subset { get; set; } = new();
}
