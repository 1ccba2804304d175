using System.Collections.Immutable;

namespace Discovery.Client.Selection;

/// <summary>What a picker is made from.</summary>
public readonly struct SelectorContext
{
    private readonly string? _group;

    /// <summary>The nodes with their effective weights, ordered by instance id; never empty, no weight is negative.</summary>
    public required ImmutableArray<WeightedNode> Nodes { get; init; }

    /// <summary>The service's settings.</summary>
    public required ServiceOptions Options { get; init; }

    /// <summary>How its instances are chosen: its own settings, or those of all services.</summary>
    public required SelectionOptions Selection { get; init; }

    /// <summary>The picker of the view before, by the same selector, to take counters over from; or null.</summary>
    public IPicker? Previous { get; init; }

    /// <summary>The clock.</summary>
    public required TimeProvider TimeProvider { get; init; }

    /// <summary>The dice.</summary>
    public required RandomSource Random { get; init; }

    /// <summary>
    /// Has latencies learned for <see cref="ServiceNode.LatencyAt"/>, by the settings of <see cref="SelectionOptions.PeakEwma"/>: for a selector that uses them, each time that it makes a picker.
    /// What is known is kept.
    /// </summary>
    public void MeasureLatencies()
    {
        var (rule, now) = (new LatencyRule(Selection.PeakEwma, TimeProvider), TimeProvider.GetTimestamp());
        foreach (var (node, _) in Nodes)
        {
            node.Measure(rule, now);
        }
    }

    /// <summary>The name of the group of instances that routing tells apart; empty: all of the service.</summary>
    internal string Group { get => _group ?? ""; init => _group = value; }
}
