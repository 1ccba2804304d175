using System.Collections.Immutable;

namespace Discovery.Client;

/// <summary>One instance of a service as a registry lists it. Immutable; equal when all it says is equal. Its identity is (<see cref="ServiceName"/>, <see cref="InstanceId"/>), not its address.</summary>
public sealed record ServiceInstance
{
    private readonly string _serviceName = "";
    private readonly string _instanceId = "";

    /// <summary>The service it belongs to.</summary>
    /// <exception cref="ArgumentException">Not a valid name.</exception>
    public required string ServiceName { get => _serviceName; init => _serviceName = Client.ServiceName.Validate(value); }

    /// <summary>What tells it from the other instances of the service; stable for as long as it lives.</summary>
    /// <exception cref="ArgumentException">Not a valid id.</exception>
    public required string InstanceId { get => _instanceId; init => _instanceId = Client.ServiceName.Validate(value, "instance id"); }

    /// <summary>A host name or an IP address; IPv6 without brackets.</summary>
    public required string Host { get; init; }

    /// <summary>The port, 1 to 65535.</summary>
    public required int Port { get; init; }

    /// <summary>The scheme it speaks at <see cref="Port"/>; null: not said.</summary>
    public string? Scheme { get; init; }

    /// <summary>A path that goes before every request's path, with leading and without trailing slash; null: none.</summary>
    public string? PathPrefix { get; init; }

    /// <summary>Its further addresses by name (<c>admin</c>, <c>https</c>, <c>grpc</c>). The default is none.</summary>
    public ImmutableSortedDictionary<string, ServiceEndpoint> Endpoints { get; init; } = ImmutableSortedDictionary<string, ServiceEndpoint>.Empty.WithComparers(StringComparer.Ordinal);

    /// <summary>Its share of the traffic relative to the others'. The default is 1; 0 takes none.</summary>
    public double Weight { get; init; } = 1;

    /// <summary>The zone it runs in; null: not said.</summary>
    public string? Zone { get; init; }

    /// <summary>The version of the program; null: not said.</summary>
    public string? Version { get; init; }

    /// <summary>What the registry says of it. The default is <see cref="ServiceStatus.Up"/>.</summary>
    public ServiceStatus Status { get; init; }

    /// <summary>Whatever else it says of itself. The default is nothing.</summary>
    public ImmutableSortedDictionary<string, string> Metadata { get; init; } = ImmutableSortedDictionary<string, string>.Empty.WithComparers(StringComparer.Ordinal);

    /// <inheritdoc/>
    public bool Equals(ServiceInstance? other)
        => ReferenceEquals(this, other) || (other is not null
            && InstanceId == other.InstanceId && ServiceName == other.ServiceName
            && Host == other.Host && Port == other.Port && Scheme == other.Scheme && PathPrefix == other.PathPrefix
            && Weight.Equals(other.Weight) && Zone == other.Zone && Version == other.Version && Status == other.Status
            && Same(Endpoints, other.Endpoints) && Same(Metadata, other.Metadata));

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(ServiceName, InstanceId, Host, Port, Status);

    /// <summary>Who and where it is, for people: <c>orders/orders-10.0.0.5-8080 at http://10.0.0.5:8080/api</c>, and its status unless it is <see cref="ServiceStatus.Up"/>.</summary>
    public override string ToString()
        => $"{ServiceName}/{InstanceId} at {(Scheme is null ? "" : Scheme + "://")}{(Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}:{Port}{PathPrefix}{(Status == ServiceStatus.Up ? "" : $", {Status}")}";

    private static bool Same<T>(ImmutableSortedDictionary<string, T> left, ImmutableSortedDictionary<string, T> right)
        => ReferenceEquals(left, right) || (left.Count == right.Count && left.SequenceEqual(right));
}
