using System.Collections.Immutable;
using Discovery.Client.Selection;
using Discovery.Client.Snapshots;

namespace Discovery.Client.Explanations;

/// <summary>What each instance of a view came to in a choice. Looks at all of them: for whoever asks.</summary>
internal static class CandidateList
{
    /// <param name="view">What was chosen from.</param>
    /// <param name="context">What the choice depended on.</param>
    /// <param name="trace">What selector and layers told.</param>
    /// <param name="chosen">The choice.</param>
    public static ImmutableArray<CandidateExplanation> Of(ServiceView view, in PickContext context, PickTrace? trace, ServiceNode? chosen)
    {
        var leftOut = LeftOut(view);
        var weights = view.Nodes.ToDictionary(static node => node.Node, static node => node.Weight);
        var candidates = ImmutableArray.CreateBuilder<CandidateExplanation>(view.AllNodes.Length);
        foreach (var node in view.AllNodes)
        {
            var why = ReferenceEquals(node, chosen) ? null
                : leftOut.GetValueOrDefault(node)
                ?? (trace?.Unfit.Contains(node) is true ? "address: none for the request's scheme or endpoint" : null)
                ?? (context.Excludes(node) ? "excluded: tried before, or by the caller" : null)
                ?? (node.IsEjected && !context.AcceptEjected ? "ejected: it fails" : null)
                ?? (trace?.Reasons.GetValueOrDefault(node) is { } told and not ("excluded" or "ejected") ? told : null);
            candidates.Add(new(
                node.Instance.InstanceId, weights.GetValueOrDefault(node), why, trace is not null && trace.Scores.TryGetValue(node, out var score) ? score : null, ReferenceEquals(node, chosen)));
        }

        return candidates.MoveToImmutable();
    }

    private static Dictionary<ServiceNode, string> LeftOut(ServiceView view)
    {
        var reasons = new Dictionary<ServiceNode, string>();
        Note(reasons, view.AllNodes, view.Layers?.Candidates ?? view.Candidates, static node => node.Instance is { Weight: > 0 } instance ? $"status: {instance.Status}" : "weight: 0");
        foreach (var (layer, before, after) in view.Layers?.Steps ?? [])
        {
            Note(reasons, before.Select(static node => node.Node), after, _ => layer);
        }

        // Where requests are routed to groups, a layer may leave out of one group what another has.
        foreach (var (node, _) in view.Nodes)
        {
            reasons.Remove(node);
        }

        return reasons;
    }

    private static void Note(Dictionary<ServiceNode, string> reasons, IEnumerable<ServiceNode> before, ImmutableArray<WeightedNode> after, Func<ServiceNode, string> reason)
    {
        var stayed = after.Select(static node => node.Node).ToHashSet();
        foreach (var node in before)
        {
            if (!stayed.Contains(node))
            {
                reasons.TryAdd(node, reason(node));
            }
        }
    }
}
