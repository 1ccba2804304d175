namespace Discovery.Client.Selection;

/// <summary>Which of two acceptable nodes is to be preferred. A structure, so that it is compiled into the picker.</summary>
internal interface INodeComparison
{
    /// <summary>Of nodes with equal weights. The first one if they are alike.</summary>
    ServiceNode Better(ServiceNode first, ServiceNode second, in PickContext context);

    /// <summary>Of nodes that were drawn by weight: what each has to do counts in proportion to its weight.</summary>
    ServiceNode Better(in WeightedNode first, in WeightedNode second, in PickContext context);
}
