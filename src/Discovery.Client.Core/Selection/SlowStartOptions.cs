namespace Discovery.Client.Selection;

/// <summary>Instances that join a service which has others already get their traffic by and by, section <c>Selection:SlowStart</c>; as in Envoy.</summary>
/// <remarks>It acts through weights, so only under selectors that heed them. Instances of a list that was empty or unknown before start at once: there would be nobody to take their share.</remarks>
public sealed class SlowStartOptions
{
    /// <summary>How long it takes until an instance has all of its weight.</summary>
    /// <value>The default is 30 seconds; 0, at once, to 1 hour.</value>
    public TimeSpan Window { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The part of its weight that an instance has at least.</summary>
    /// <value>The default is 0.1, which is Envoy's; 0.001 to 1.</value>
    public double Floor { get; set; } = 0.1;

    /// <summary>The part is the part of the window that has passed, to the power of 1 by this: above 1 it rises fast at first, below 1 slowly.</summary>
    /// <value>The default is 1: evenly; 0.01 to 100.</value>
    public double Aggression { get; set; } = 1;
}
