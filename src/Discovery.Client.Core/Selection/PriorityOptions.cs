namespace Discovery.Client.Selection;

/// <summary>Instances that stand by for others, section <c>Selection:Priority</c>; as in Envoy.</summary>
/// <remarks>
/// Level 0 gets all requests as long as enough of it is available; what it cannot carry spills over to level 1, and so on. A level is taken to carry <see cref="Overprovisioning"/> times its available part:
/// with half of level 0 available 70 % of the requests stay there. An instance's level is what <see cref="Metadata"/> says or the place of its zone in <see cref="Zones"/>.
/// </remarks>
public sealed class PriorityOptions
{
    /// <summary>The metadata key under which instances say their level, a whole number from 0. One that says nothing, or something else, is of level 0.</summary>
    /// <value>The default is null: metadata does not matter.</value>
    public string? Metadata { get; set; }

    /// <summary>Zones in the order in which they are to be used. Those that are not listed come after them, all at one level.</summary>
    /// <value>The default is empty: zones do not matter here. Not together with <see cref="Metadata"/>.</value>
    public IList<string> Zones { get; set; } = [];

    /// <summary>How much more than its part a level can carry.</summary>
    /// <value>The default is 1.4, which is Envoy's; 1 to 100.</value>
    public double Overprovisioning { get; set; } = 1.4;

    /// <summary>Whether instances have levels at all.</summary>
    internal bool IsOn => Metadata is not null || Zones.Count > 0;

    /// <summary>The level of an instance.</summary>
    internal int LevelOf(ServiceInstance instance)
    {
        if (Metadata is { } key)
        {
            return instance.Metadata.TryGetValue(key, out var text)
                && int.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var level) ? level : 0;
        }

        return instance.Zone is { } zone && Zones.IndexOf(zone) is >= 0 and var place ? place : Zones.Count;
    }
}
