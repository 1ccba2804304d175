namespace Discovery.Client.Selection;

/// <summary>A node and the weight that it has for now: the instance's own, changed by filters such as a slow start.</summary>
/// <param name="Node">The node.</param>
/// <param name="Weight">The effective weight, 0 or more.</param>
public readonly record struct WeightedNode(ServiceNode Node, double Weight)
{
    // Sums and products of such stay numbers.
    private const double Greatest = 1e12;

    /// <summary>Whether selectors can reckon with the weight: where one is infinite, parts of it are none, and picks would look for a node that is never taken.</summary>
    internal bool IsBounded => !(Weight > Greatest);

    /// <summary>A node with a weight that came from elsewhere; one without end counts as 1.</summary>
    internal static WeightedNode Of(ServiceNode node, double weight) => new(node, double.IsPositiveInfinity(weight) ? 1 : weight > Greatest ? Greatest : weight);
}
