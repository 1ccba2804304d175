using System.Collections.Immutable;

namespace Discovery.Client.Selection;

/// <summary>What each layer left when a view was built. Arrays that exist anyway: the differences are worked out only when somebody asks why.</summary>
/// <param name="selector">The selector that chooses among the rest.</param>
/// <param name="candidates">What the layers were given.</param>
internal sealed class ViewLayers(string selector, ImmutableArray<WeightedNode> candidates)
{
    private readonly List<(string Layer, ImmutableArray<WeightedNode> Before, ImmutableArray<WeightedNode> After)> _steps = [];

    public string Selector { get; } = selector;

    public ImmutableArray<WeightedNode> Candidates { get; } = candidates;

    /// <summary>The layers that changed something, in their order; those of each group where requests are routed to groups.</summary>
    public IReadOnlyList<(string Layer, ImmutableArray<WeightedNode> Before, ImmutableArray<WeightedNode> After)> Steps => _steps;

    /// <summary>Notes what a layer left, and returns it.</summary>
    public ImmutableArray<WeightedNode> Note(string layer, ImmutableArray<WeightedNode> before, ImmutableArray<WeightedNode> after)
    {
        if (after != before)
        {
            _steps.Add((layer, before, after));
        }

        return after;
    }
}
