namespace Discovery.Client.Selection;

/// <summary>What one choice depends on.</summary>
public readonly ref struct PickContext
{
    /// <summary>Nodes not to choose, such as those already tried; few, so a linear search is right.</summary>
    public ReadOnlySpan<ServiceNode> Excluded { get; init; }

    /// <summary>The hash of the request's key (XXH64, seed 0, of its UTF-8 bytes), if it has one.</summary>
    public ulong? HashKey { get; init; }

    /// <summary>The headers of the request, if it has any.</summary>
    public RequestHeaders Headers { get; init; }

    /// <summary>The moment of the request, a timestamp of the <see cref="SelectorContext.TimeProvider"/>.</summary>
    public long Now { get; init; }

    /// <summary>Who wants to know why, or null.</summary>
    public IPickTrace? Trace { get; init; }

    /// <summary>Whether ejected nodes may be chosen too; the engine sets it when there are no others.</summary>
    public bool AcceptEjected { get; init; }

    /// <summary>Whether a node may be chosen: not excluded, and not ejected unless those are accepted too.</summary>
    /// <param name="node">The node.</param>
    public bool Accepts(ServiceNode node) => (!node.IsEjected || AcceptEjected) && !Excludes(node);

    /// <summary>Whether a node is excluded.</summary>
    /// <param name="node">The node.</param>
    public bool Excludes(ServiceNode node)
    {
        foreach (var excluded in Excluded)
        {
            if (ReferenceEquals(excluded, node))
            {
                return true;
            }
        }

        return false;
    }
}
