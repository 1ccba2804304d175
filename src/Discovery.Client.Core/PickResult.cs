using Discovery.Client.Selection;
using Discovery.Client.Snapshots;

namespace Discovery.Client;

/// <summary>An instance that was chosen for one request, counted as outstanding until it is completed.</summary>
/// <remarks>
/// Say how the request ended: that is what telemetry shows and what selectors learn from. Disposing alone means that the caller gave up.
/// <code>
/// using var pick = await discovery.PickAsync("orders");
/// try
/// {
///     await CallAsync(pick.Instance.Host, pick.Instance.Port);
///     pick.Complete(RequestOutcome.Success);
/// }
/// catch (IOException)
/// {
///     pick.Complete(RequestOutcome.Failure);
///     throw;
/// }
/// </code>
/// </remarks>
public sealed class PickResult : IDisposable
{
    private readonly ServiceView _view;
    private readonly long _startedAt;
    private readonly CallExplanation? _explanation;
    private readonly int _probe;
    private int _completed;

    internal PickResult(ServiceNode node, ServiceView view, long startedAt, CallExplanation? explanation = null)
    {
        _startedAt = startedAt;
        _explanation = explanation;
        Node = node;
        _view = view;
        Instance = node.Instance;
        _probe = node.Begin();
    }

    /// <summary>The node chosen.</summary>
    public ServiceNode Node { get; }

    /// <summary>The instance chosen, as it was then.</summary>
    public ServiceInstance Instance { get; }

    /// <summary>Says how the request ended. Only the first call counts.</summary>
    /// <param name="outcome">How it ended. Selectors that look at latencies learn from it, too, how long the request took.</param>
    public void Complete(RequestOutcome outcome)
    {
        if (Interlocked.Exchange(ref _completed, 1) == 0)
        {
            Node.Observe(outcome, _startedAt, _view.Now);
            Node.End(outcome);
            Node.EndProbe(_probe, outcome);
            _view.Counts.AddAttempt(outcome, null);
            _explanation?.End(Node.Instance.InstanceId, outcome, null, _view.ElapsedSince(_startedAt));
        }
    }

    /// <summary>Completes as <see cref="RequestOutcome.Canceled"/> if it was not completed: nothing is learned from the request.</summary>
    public void Dispose() => Complete(RequestOutcome.Canceled);
}
