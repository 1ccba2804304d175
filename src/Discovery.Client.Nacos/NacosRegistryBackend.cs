using Microsoft.Extensions.Logging;

namespace Discovery.Client.Nacos;

/// <summary>Maps the contract onto Nacos's terms; how they travel is the transport's business.</summary>
internal sealed class NacosRegistryBackend(NacosOptions options, INacosTransport transport, TimeProvider timeProvider, ILogger logger) : IRegistryBackend
{
    private readonly NacosBackendParts _parts = new(options, transport, timeProvider);

    public RegistryCapabilities Capabilities { get; } = RegistryCapabilities.Register | RegistryCapabilities.WatchNames | RegistryCapabilities.ConfirmingRead | (transport.Pushes ? RegistryCapabilities.Push : RegistryCapabilities.None);

    internal INacosTransport Transport => transport;

    public async ValueTask<Lease> RegisterAsync(ServiceRegistration registration, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var record = InstanceWriter.Write(registration, options.Cluster, options.Ephemeral, transport.Beats && options.Ephemeral, _parts.NextNumber());
        var instance = new RegisteredInstance(_parts.Key(registration), registration.Instance.InstanceId, record, registration.TimeToLive);
        var group = await transport.RegisterAsync(instance, cancellationToken).ConfigureAwait(false);
        return new NacosLease(group, registration, instance);
    }

    public ValueTask RenewAsync(LeaseGroup group, CancellationToken cancellationToken) => transport.RenewAsync(group, cancellationToken);

    public ValueTask DeregisterAsync(Lease lease, CancellationToken cancellationToken) => transport.DeregisterAsync(lease.Group, ((NacosLease)lease).Instance, cancellationToken);

    public async ValueTask<ServiceSnapshot> ReadAsync(ServiceQuery query, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var list = ListReader.Read(await transport.QueryAsync(_parts.Key(query), cancellationToken).ConfigureAwait(false), query.Name, options.ReadClusters);

        // This answer confirms that a service is empty: records that nobody can read do not.
        if (list.Instances.Count == 0 && list.Rejected > 0)
        {
            throw new RegistryException($"None of the {list.Rejected} instances that Nacos lists for {_parts.Key(query)} can be read.");
        }

        return ServiceSnapshot.Create(list.Instances, new(_parts.NextEpoch(), 1), previous: null, list.Rejected);
    }

    public IAsyncEnumerable<ServiceSnapshot> WatchAsync(ServiceQuery query, ServiceSnapshot? last, CancellationToken cancellationToken)
        => new NacosWatch(_parts, query, last, logger).RunAsync(cancellationToken);

    public IAsyncEnumerable<IReadOnlyCollection<string>> WatchNamesAsync(CancellationToken cancellationToken) => NacosNamesWatch.RunAsync(_parts, cancellationToken);

    public ValueTask DisposeAsync() => transport.DisposeAsync();
}
