using Discovery.Client.Selection;
using Discovery.Client.Snapshots;
using Discovery.Client.Telemetry;

namespace Discovery.Client;

/// <summary>An instance that was chosen for one request, counted as outstanding until it is completed.</summary>
public sealed class PickResult : IDisposable
{
    private readonly ServiceView _view;
    private readonly DiscoveryMetrics _metrics;
    private readonly TimeProvider _timeProvider;
    private readonly long _startedAt;
    private int _completed;

    internal PickResult(ServiceNode node, ServiceView view, DiscoveryMetrics metrics, TimeProvider timeProvider)
    {
        Node = node;
        _view = view;
        _metrics = metrics;
        Instance = node.Instance;
        _timeProvider = timeProvider;
        _startedAt = timeProvider.GetTimestamp();
        node.BeginRequest();
    }

    /// <summary>The node chosen.</summary>
    public ServiceNode Node { get; }

    /// <summary>The instance chosen, as it was then.</summary>
    public ServiceInstance Instance { get; }

    /// <summary>Says how the request ended. Only the first call counts.</summary>
    /// <param name="outcome">How it ended.</param>
    public void Complete(RequestOutcome outcome)
    {
        if (Interlocked.Exchange(ref _completed, 1) == 0)
        {
            Node.EndRequest(outcome, _timeProvider.GetElapsedTime(_startedAt));
            _metrics.RecordAttempt(_view, outcome);
        }
    }

    /// <summary>Completes as <see cref="RequestOutcome.Canceled"/> if it was not completed: nothing is learned from the request.</summary>
    public void Dispose() => Complete(RequestOutcome.Canceled);
}
