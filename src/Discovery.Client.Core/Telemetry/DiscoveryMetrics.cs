using System.Diagnostics.Metrics;
using Discovery.Client.Registration;
using Discovery.Client.Selection;
using Discovery.Client.Snapshots;

namespace Discovery.Client.Telemetry;

/// <summary>All instruments of the engine, on the meter <c>Discovery.Client</c>. What requests do is counted where they go and read when somebody collects: listeners cost them nothing.</summary>
internal sealed class DiscoveryMetrics
{
    public const string MeterName = "Discovery.Client";

    public const string ServiceTag = "service.peer.name";

    public const string BackendTag = "discovery.backend";

    public const string OutcomeTag = "discovery.outcome";

    public const string StateTag = "discovery.state";

    public const string ErrorTag = "error.type";

    private readonly Counter<long> _registryErrors;
    private readonly Counter<long> _resyncDifferences;
    private readonly Counter<long> _rejectedRecords;
    private Func<IEnumerable<ServiceView>> _views = static () => [];
    private Func<IEnumerable<ServiceView>> _watchedViews = static () => [];
    private Func<IEnumerable<RegistrationState>> _registrations = static () => [];
    private Func<IEnumerable<KeyValuePair<string, bool>>> _connections = static () => [];

    public DiscoveryMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _registryErrors = meter.CreateCounter<long>("discovery.client.registry.errors", "{error}", "Attempts that a registry failed.");
        _resyncDifferences = meter.CreateCounter<long>("discovery.client.resync.differences", "{instance}", "Instances that a full resync found otherwise than the watch had said.");
        _rejectedRecords = meter.CreateCounter<long>("discovery.client.registry.rejected_records", "{record}", "Records that could not be read and were left out of a list.");
        meter.CreateObservableCounter("discovery.client.picks", ObservePicks, "{pick}", "Instances chosen for a request.");
        meter.CreateObservableCounter("discovery.client.attempts", ObserveAttempts, "{attempt}", "Requests sent or tried to be sent to an instance, by how they ended.");
        meter.CreateObservableGauge("discovery.client.view.age", ObserveAges, "s", "How long ago the registry confirmed the list that requests are routed by.");
        meter.CreateObservableUpDownCounter("discovery.client.view.instances", ObserveInstances, "{instance}", "Instances listed, by whether requests are spread over them.");
        meter.CreateObservableGauge("discovery.client.view.panic", ObservePanics, "1", "1 while so few instances are available that requests go to all of them, else 0.");
        meter.CreateObservableUpDownCounter("discovery.client.registrations", ObserveRegistrations, "{registration}", "Registrations of this process, by state.");
        meter.CreateObservableGauge("discovery.client.registry.connected", ObserveConnections, "1", "1 while the registry can be reached, else 0.");
    }

    /// <summary>Where the views come from; called when somebody collects.</summary>
    /// <param name="all">Those of all services ever asked for, whose counts must not go back.</param>
    /// <param name="watched">Those that somebody keeps current: the others get older because nobody asks for them, which is no trouble.</param>
    public void ObserveViews(Func<IEnumerable<ServiceView>> all, Func<IEnumerable<ServiceView>> watched) => (_views, _watchedViews) = (all, watched);

    /// <summary>Where the states of the registrations come from; called when somebody collects.</summary>
    public void ObserveRegistrations(Func<IEnumerable<RegistrationState>> registrations) => _registrations = registrations;

    /// <summary>Where the backends' names and whether they can be reached come from; called when somebody collects.</summary>
    public void ObserveConnections(Func<IEnumerable<KeyValuePair<string, bool>>> connections) => _connections = connections;

    public void RecordRegistryError(string backend, Exception error) => Add(_registryErrors, 1, Backend(backend), new(ErrorTag, error.GetType().FullName));

    public void RecordResyncDifferences(ServiceView view, int count) => Add(_resyncDifferences, count, Service(view), Backend(view.Backend));

    public void RecordRejectedRecords(ServiceView view, int count) => Add(_rejectedRecords, count, Service(view), Backend(view.Backend));

    private static void Add(Counter<long> counter, int count, KeyValuePair<string, object?> first, KeyValuePair<string, object?> second)
    {
        try
        {
            if (count > 0)
            {
                counter.Add(count, first, second);
            }
        }
        catch (Exception)
        {
            // A listener's: it must not disturb what is measured.
        }
    }

    private static KeyValuePair<string, object?> Service(ServiceView view) => new(ServiceTag, view.ServiceName);

    private static KeyValuePair<string, object?> Backend(string name) => new(BackendTag, name);

    private static string OutcomeText(RequestOutcome outcome) => outcome switch
    {
        RequestOutcome.Success => "success",
        RequestOutcome.Failure => "failure",
        RequestOutcome.NotSent => "not_sent",
        _ => "canceled",
    };

    private IEnumerable<Measurement<long>> ObservePicks()
    {
        foreach (var view in _views())
        {
            if (view.Counts.CountPicks() is > 0 and var count)
            {
                yield return new(count, Service(view), Backend(view.Backend));
            }
        }
    }

    private IEnumerable<Measurement<long>> ObserveAttempts()
    {
        foreach (var view in _views())
        {
            foreach (var (outcome, errorType, count) in view.Counts.CountAttempts())
            {
                if (count > 0)
                {
                    KeyValuePair<string, object?>[] error = errorType is null ? [] : [new(ErrorTag, errorType)];
                    yield return new(count, [Service(view), Backend(view.Backend), new(OutcomeTag, OutcomeText(outcome)), .. error]);
                }
            }
        }
    }

    private IEnumerable<Measurement<double>> ObserveAges()
    {
        foreach (var view in _watchedViews())
        {
            if (view.Age is { } age)
            {
                yield return new(age.TotalSeconds, Service(view), Backend(view.Backend));
            }
        }
    }

    private IEnumerable<Measurement<long>> ObserveInstances()
    {
        foreach (var view in _views())
        {
            yield return new(view.Nodes.Length, Service(view), Backend(view.Backend), new(StateTag, "used"));
            yield return new(view.Instances.Length - view.Nodes.Length, Service(view), Backend(view.Backend), new(StateTag, "unused"));
        }
    }

    private IEnumerable<Measurement<int>> ObservePanics()
        => _watchedViews().Select(static view => new Measurement<int>(view.IsPanicking ? 1 : 0, Service(view), Backend(view.Backend)));

    private IEnumerable<Measurement<long>> ObserveRegistrations()
        => _registrations().CountBy(static state => state).Select(static group => new Measurement<long>(group.Value, new KeyValuePair<string, object?>(StateTag, StateText(group.Key))));

    private static string StateText(RegistrationState state) => state.ToString().ToLowerInvariant();

    private IEnumerable<Measurement<int>> ObserveConnections()
        => _connections().Select(static connection => new Measurement<int>(connection.Value ? 1 : 0, Backend(connection.Key)));
}
