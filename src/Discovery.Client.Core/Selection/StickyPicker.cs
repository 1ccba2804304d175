using System.Collections.Immutable;

namespace Discovery.Client.Selection;

/// <summary>Around a selector's picker: a key stays at the node it had.</summary>
internal sealed class StickyPicker(IPicker inner, ImmutableArray<WeightedNode> nodes, StickyMemory memory) : IPicker
{
    private readonly HashSet<ServiceNode> _nodes = [.. nodes.Select(static node => node.Node)];

    /// <summary>The selector's.</summary>
    public IPicker Inner => inner;

    public StickyMemory Memory => memory;

    public ServiceNode? Pick(in PickContext context)
    {
        if (context.HashKey is not { } key)
        {
            return inner.Pick(context);
        }

        var known = memory.Find(key, context.Now);
        var isThere = known is not null && _nodes.Contains(known);
        if (isThere && context.Accepts(known!))
        {
            context.Trace?.Considered(known!, 0);
            return known;
        }

        var node = inner.Pick(context);
        if (node is null || (isThere && !known!.IsEjected))
        {
            // Excluded for this request only: the key stays where it is.
            return node;
        }

        // Two first requests of a key at once go to one instance.
        var kept = memory.Set(key, known, node, context.Now);
        return _nodes.Contains(kept) && context.Accepts(kept) ? kept : node;
    }
}
