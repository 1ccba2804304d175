using System.Collections.Immutable;

namespace Discovery.Client.Selection;

/// <summary>All to one: the first by instance id that is acceptable.</summary>
internal sealed class PickFirstSelector : ISelector
{
    public IPicker CreatePicker(in SelectorContext context) => new Picker(context.Nodes);

    private sealed class Picker(ImmutableArray<WeightedNode> nodes) : IPicker
    {
        public ServiceNode? Pick(in PickContext context) => PickScan.From(nodes, 0, context);
    }
}
