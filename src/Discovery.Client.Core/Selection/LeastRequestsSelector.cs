namespace Discovery.Client.Selection;

/// <summary>Of two, the one with fewer requests under way, per weight.</summary>
internal sealed class LeastRequestsSelector : ISelector
{
    public IPicker CreatePicker(in SelectorContext context) => new TwoChoicesPicker<Comparison>(context.Nodes, context.Random, default);

    private readonly struct Comparison : INodeComparison
    {
        public ServiceNode Better(ServiceNode first, ServiceNode second, in PickContext context)
            => context.Trace is null ? second.Outstanding < first.Outstanding ? second : first
                : Lesser(first, first.Outstanding, second, second.Outstanding, context.Trace);

        public ServiceNode Better(in WeightedNode first, in WeightedNode second, in PickContext context)
            => Lesser(first.Node, first.Node.Outstanding / first.Weight, second.Node, second.Node.Outstanding / second.Weight, context.Trace);

        private static ServiceNode Lesser(ServiceNode first, double load1, ServiceNode second, double load2, IPickTrace? trace)
        {
            if (trace is not null)
            {
                trace.Considered(first, load1);
                trace.Considered(second, load2);
            }

            return load2 < load1 ? second : first;
        }
    }
}
