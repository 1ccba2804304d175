namespace Discovery.Client.Selection;

/// <summary>A node and the weight that it has for now: the instance's own, changed by filters such as a slow start.</summary>
/// <param name="Node">The node.</param>
/// <param name="Weight">The effective weight, 0 or more.</param>
public readonly record struct WeightedNode(ServiceNode Node, double Weight);
