using Discovery.Client.Snapshots;

namespace Discovery.Client.Selection;

/// <summary>What happens when no node is acceptable: more become so, step by step.</summary>
internal static class PickWidening
{
    /// <summary>Picks as the context says; if there is none, among the ejected too; if there is still none, among the excluded too, but for those in <paramref name="never"/>.</summary>
    /// <param name="view">What is known of the service.</param>
    /// <param name="context">What is wished for.</param>
    /// <param name="never">Nodes that no widening reaches: those that this very request has tried.</param>
    /// <returns>Null if every node is in <paramref name="never"/>, or there is no node.</returns>
    public static ServiceNode? Pick(ServiceView view, in PickContext context, ReadOnlySpan<ServiceNode> never = default)
    {
        if (view.Picker is not { } picker)
        {
            return null;
        }

        // A picker written elsewhere may not look at what is excluded; the promises of a retry do not depend on that.
        var node = picker.Pick(context);
        return node is not null && (context.Excluded.IsEmpty || !context.Excludes(node)) ? node : Widen(view, picker, context, never);
    }

    private static ServiceNode? Widen(ServiceView view, IPicker picker, in PickContext context, ReadOnlySpan<ServiceNode> never)
        => PickScan.From(view.Nodes, PickScan.StartOf(context, view.Nodes.Length), context)
            ?? Try(view, picker, With(context, context.Excluded, true))
            ?? (context.Excluded.Length > never.Length ? Try(view, picker, With(context, never, false)) ?? Try(view, picker, With(context, never, true)) : null);

    private static ServiceNode? Try(ServiceView view, IPicker picker, in PickContext context)
        => picker.Pick(context) is { } node && context.Accepts(node) ? node : PickScan.From(view.Nodes, 0, context);

    private static PickContext With(in PickContext context, ReadOnlySpan<ServiceNode> excluded, bool acceptEjected)
        => new() { Excluded = excluded, AcceptEjected = acceptEjected, HashKey = context.HashKey, Headers = context.Headers, Now = context.Now, Trace = context.Trace };
}
