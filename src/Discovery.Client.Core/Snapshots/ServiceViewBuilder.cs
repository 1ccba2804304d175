using Discovery.Client.Selection;

namespace Discovery.Client.Snapshots;

/// <summary>Makes the next view of a service from the one before and what has happened.</summary>
internal sealed class ServiceViewBuilder(PickerFactory pickers)
{
    /// <summary>The view after an answer.</summary>
    /// <param name="view">The view before.</param>
    /// <param name="snapshot">The answer.</param>
    /// <param name="query">What was asked for.</param>
    /// <param name="options">The service's settings.</param>
    /// <param name="now">The moment, as a timestamp.</param>
    /// <param name="differences">How many instances came, went or changed.</param>
    public ServiceView Accept(ServiceView view, ServiceSnapshot snapshot, ServiceQuery query, ServiceOptions options, long now, out int differences)
    {
        var (old, oldNodes) = view.Query.Name == query.Name ? (view.Instances, view.AllNodes) : ([], []);
        var nodes = NodeMerge.Merge(old, oldNodes, snapshot.Instances, out differences, out var reweighted, old.IsEmpty ? null : now);
        var state = snapshot.Instances.IsEmpty ? ServiceViewState.Empty : ServiceViewState.Known;
        var sameCandidates = !reweighted && view.Query.Name == query.Name;
        var candidates = sameCandidates ? view.Candidates : Eligibility.Candidates(nodes, snapshot.Instances);
        var next = new ServiceView(view)
        {
            Query = query,
            State = state,
            Instances = snapshot.Instances,
            AllNodes = nodes,
            Version = snapshot.Version,
            Candidates = candidates,
            Ejected = sameCandidates || view.Ejected == 0 ? view.Ejected : candidates.Count(static node => node.Node.Outlier?.Until is not null),
            Unhealthy = sameCandidates ? view.Unhealthy : Eligibility.Unhealthy(nodes, snapshot.Instances, candidates),
            ConfirmedAt = now,
            StaleSince = null,
            StaleReason = null,
            Revision = view.Revision + (differences > 0 || state != view.State || view.StaleSince is not null ? 1 : 0),
        };
        return differences > 0 || state != view.State ? WithPicker(next, options) : next;
    }

    /// <summary>The view with other settings.</summary>
    public ServiceView Rebuild(ServiceView view, ServiceOptions options)
    {
        var next = WithPicker(view, options);
        return next.Nodes.SequenceEqual(view.Nodes) ? next : new ServiceView(next) { Revision = view.Revision + 1 };
    }

    /// <summary>The view with the weights of this moment, which are no news to followers, unless all instances are used from now on or no longer.</summary>
    public ServiceView Reweigh(ServiceView view, ServiceOptions options)
    {
        var next = WithPicker(view, options);
        return next.IsPanicking == view.IsPanicking ? next : new ServiceView(next) { Revision = view.Revision + 1 };
    }

    /// <summary>The view after the registry has confirmed it.</summary>
    public static ServiceView Confirm(ServiceView view, long now)
        => new(view) { ConfirmedAt = now, StaleSince = null, StaleReason = null, Revision = view.Revision + (view.StaleSince is not null ? 1 : 0) };

    /// <summary>The view when it cannot be confirmed.</summary>
    public static ServiceView Stale(ServiceView view, string reason, DateTimeOffset now)
        => new(view) { StaleSince = view.StaleSince ?? now, StaleReason = reason, Revision = view.Revision + (view.StaleSince is null ? 1 : 0) };

    /// <summary>Whether all instances are to be used. Where no instance is usable, the candidates are all of them already.</summary>
    public static bool Panics(ServiceView view, SelectionOptions selection)
        => PanicRule.Holds(view.Candidates.Length - view.Ejected, view.Candidates.Length + view.Unhealthy.Length, selection.Panic.Threshold) || !Eligibility.IsEligible(view.Candidates[0].Node.Instance);

    private ServiceView WithPicker(ServiceView view, ServiceOptions options)
    {
        if (view.Candidates.IsEmpty)
        {
            return new ServiceView(view) { Nodes = [], Picker = null, IsPanicking = false, Layers = null };
        }

        var selection = pickers.SelectionOf(options);
        var panics = Panics(view, selection);
        var candidates = panics ? Eligibility.Join(view.Candidates, view.Unhealthy) : view.Candidates;
        var picker = pickers.Create(view.ServiceName, options, candidates, view.Picker, out var nodes, new Availability(panics, panics ? [] : view.Unhealthy), out var layers);
        return new ServiceView(view) { Nodes = nodes, Picker = picker, IsPanicking = panics, Layers = layers, Key = KeySource.Of(selection.Key) };
    }
}
