using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Discovery.Client.Selection;
using Discovery.Client.Telemetry;

namespace Discovery.Client.Snapshots;

/// <summary>What this process knows of a service at one moment: what every request reads. Immutable.</summary>
public sealed class ServiceView
{
    private readonly TimeProvider _timeProvider;

    internal ServiceView(TimeProvider timeProvider)
    {
        _timeProvider = timeProvider;
        Counts = new RequestCounts();
    }

    [SetsRequiredMembers]
    internal ServiceView(ServiceView other)
    {
        _timeProvider = other._timeProvider;
        ServiceName = other.ServiceName;
        Query = other.Query;
        Backend = other.Backend;
        State = other.State;
        Instances = other.Instances;
        Nodes = other.Nodes;
        Version = other.Version;
        StaleSince = other.StaleSince;
        StaleReason = other.StaleReason;
        ConfirmedAt = other.ConfirmedAt;
        Picker = other.Picker;
        AllNodes = other.AllNodes;
        Candidates = other.Candidates;
        Unhealthy = other.Unhealthy;
        Ejected = other.Ejected;
        IsPanicking = other.IsPanicking;
        Key = other.Key;
        Layers = other.Layers;
        Revision = other.Revision;
        Counts = other.Counts;
    }

    /// <summary>The service, as the program names it.</summary>
    public required string ServiceName { get; init; }

    /// <summary>What the registry is asked for.</summary>
    public required ServiceQuery Query { get; init; }

    /// <summary>The name of the backend that lists it.</summary>
    public required string Backend { get; init; }

    /// <summary>What is known.</summary>
    public ServiceViewState State { get; init; }

    /// <summary>All instances listed, whatever their status, ordered by id.</summary>
    public ImmutableArray<ServiceInstance> Instances { get; init; } = [];

    /// <summary>The nodes that requests are spread over: what status and filters left.</summary>
    public ImmutableArray<WeightedNode> Nodes { get; init; } = [];

    /// <summary>The version of the list, comparable within one watch.</summary>
    public SnapshotVersion Version { get; init; }

    /// <summary>Since when the list cannot be confirmed; null while it is current.</summary>
    public DateTimeOffset? StaleSince { get; init; }

    /// <summary>Why the list cannot be confirmed, or why it is held although the registry says otherwise; null while it is current.</summary>
    public string? StaleReason { get; init; }

    /// <summary>How long ago the registry confirmed the list last; null if it never did.</summary>
    public TimeSpan? Age => ConfirmedAt is { } at ? _timeProvider.GetElapsedTime(at) : null;

    /// <summary>Whether so few instances are available that requests go to all of them, those listed as down and those left out for failing included; see <see cref="PanicOptions"/>.</summary>
    public bool IsPanicking { get; internal init; }

    internal long? ConfirmedAt { get; init; }

    /// <summary>The moment, as a timestamp.</summary>
    internal long Now => _timeProvider.GetTimestamp();

    internal TimeSpan ElapsedSince(long timestamp) => _timeProvider.GetElapsedTime(timestamp);

    /// <summary>Chooses among <see cref="Nodes"/>; null when there are none.</summary>
    internal IPicker? Picker { get; init; }

    /// <summary>One node per instance, in the order of <see cref="Instances"/>.</summary>
    internal ImmutableArray<ServiceNode> AllNodes { get; init; } = [];

    /// <summary>Finds the keys of requests; null where nothing is configured.</summary>
    internal KeySource? Key { get; init; }

    /// <summary>What status and weight left, before filters.</summary>
    internal ImmutableArray<WeightedNode> Candidates { get; init; } = [];

    /// <summary>What the registry lists as down.</summary>
    internal ImmutableArray<WeightedNode> Unhealthy { get; init; } = [];

    /// <summary>How many candidates were left out for failing when that was last looked at.</summary>
    internal int Ejected { get; init; }

    /// <summary>What each filter left of <see cref="Candidates"/>.</summary>
    internal ViewLayers? Layers { get; init; }

    /// <summary>Grows with every change that followers of the service are told of: all but a mere confirmation.</summary>
    internal long Revision { get; init; }

    /// <summary>What requests to the service did: one for all its views.</summary>
    internal RequestCounts Counts { get; }

    internal string Describe()
    {
        var age = Age is { } value ? string.Create(CultureInfo.InvariantCulture, $"{value.TotalSeconds:0.0} s old") : "never answered";
        var stale = StaleReason is { } reason ? $", stale: {reason}" : "";
        return $"Backend '{Backend}', list {State.ToString().ToLowerInvariant()} with {Instances.Length} instances, {age}{stale}.";
    }
}
