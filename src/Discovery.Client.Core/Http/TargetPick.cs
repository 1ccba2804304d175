using System.Collections.Immutable;
using Discovery.Client.Explanations;
using Discovery.Client.Selection;
using Discovery.Client.Snapshots;

namespace Discovery.Client.Http;

/// <summary>Chooses an instance that has an address of the kind a request asks for.</summary>
internal static class TargetPick
{
    private const int Redraws = 8;

    // So many in a row suggest that all of those the layers left are like that: the last attempt goes to what they left out.
    private const int ManyTried = 3;

    /// <param name="view">What is known of the service.</param>
    /// <param name="route">What kind of address.</param>
    /// <param name="context">What else is wished for.</param>
    /// <param name="tried">Instances that are not chosen again whatever happens. If there is none but these, what the layers left out is asked.</param>
    /// <param name="isRefused">Whether the last of those refused the connection.</param>
    /// <param name="target">The address.</param>
    public static ServiceNode? Pick(ServiceView view, Route route, in PickContext context, ReadOnlySpan<ServiceNode> tried, bool isRefused, out RequestTarget? target)
    {
        if (isRefused && tried.Length >= ManyTried && tried.Length == route.Requests.Retry.MaxAttempts - 1 && PickLeftOut(view, route, context, out target) is { } other)
        {
            return other;
        }

        var node = PickWidening.Pick(view, context, tried);
        if (node is { IsEjected: true } && !context.AcceptEjected && PickInsteadOfEjected(view, route, context, out target) is { } standBy)
        {
            return standBy;
        }

        target = node is null ? null : InstanceTargets.Find(node, route);
        if (target is not null)
        {
            return node;
        }

        return (node is null ? null : PickAnother(view, route, context, tried, node, out target)) ?? (tried.IsEmpty ? null : PickStandBy(view, route, context, tried, out target));
    }

    // Instances differ in what they speak or offer. The picker knows nothing of that: it is asked again without those that do not, a few times, before all are looked at.
    private static ServiceNode? PickAnother(ServiceView view, Route route, in PickContext context, ReadOnlySpan<ServiceNode> tried, ServiceNode unfit, out RequestTarget? target)
    {
        var excluded = new List<ServiceNode>([.. context.Excluded, unfit]);
        (context.Trace as PickTrace)?.Unfit.Add(unfit);
        for (var i = 0; i < Redraws; i++)
        {
            var span = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(excluded);
            if (PickWidening.Pick(view, new PickContext { Excluded = span, HashKey = context.HashKey, Headers = context.Headers, Now = context.Now, Trace = context.Trace, AcceptEjected = context.AcceptEjected }, span) is not { } node)
            {
                break;
            }

            if ((target = InstanceTargets.Find(node, route)) is not null)
            {
                return node;
            }

            excluded.Add(node);
            (context.Trace as PickTrace)?.Unfit.Add(node);
        }

        return Scan(view.Nodes, route, context, out target)
            ?? Scan(view.Nodes, route, new PickContext { Excluded = tried, AcceptEjected = true, Now = context.Now }, out target);
    }

    // What priority, zone, subset and the like left has been tried and has failed: to look no further would be to make a list empty.
    private static ServiceNode? PickStandBy(ServiceView view, Route route, in PickContext context, ReadOnlySpan<ServiceNode> tried, out RequestTarget? target)
        => Scan(view.Candidates, route, new PickContext { Excluded = tried, Now = context.Now }, out target)
            ?? Scan(view.Candidates, route, new PickContext { Excluded = tried, AcceptEjected = true, Now = context.Now }, out target);

    // All that the layers left are ejected, so that what else is acceptable is what they left out.
    private static ServiceNode? PickInsteadOfEjected(ServiceView view, Route route, in PickContext context, out RequestTarget? target)
    {
        target = null;
        return HasLeftOut(view) ? Scan(view.Candidates, route, context, out target) : null;
    }

    // Not what routes or filters of the program left out: that may be the wrong one rather than a further one.
    private static bool HasLeftOut(ServiceView view)
        => view.Picker is not RoutingPicker && view.Layers is { Steps.Count: > 0 } layers && layers.Steps.All(static step => step.Layer is "priority" or "zone" or "subset" or "slow-start");

    private static ServiceNode? PickLeftOut(ServiceView view, Route route, in PickContext context, out RequestTarget? target)
    {
        target = null;
        if (!HasLeftOut(view))
        {
            return null;
        }

        var left = view.Nodes.Select(static node => node.Node).ToHashSet();
        return Scan(view.Candidates.RemoveAll(node => left.Contains(node.Node)), route, new PickContext { Excluded = context.Excluded, Now = context.Now }, out target);
    }

    private static ServiceNode? Scan(ImmutableArray<WeightedNode> nodes, Route route, in PickContext context, out RequestTarget? target)
    {
        var start = PickScan.StartOf(context, nodes.Length);
        for (var i = 0; i < nodes.Length; i++)
        {
            var node = nodes[(start + i) % nodes.Length].Node;
            if (context.Accepts(node) && (target = InstanceTargets.Find(node, route)) is not null)
            {
                return node;
            }
        }

        target = null;
        return null;
    }
}
