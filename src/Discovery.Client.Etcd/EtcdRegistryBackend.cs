using System.Security.Cryptography;
using Microsoft.Extensions.Logging;

namespace Discovery.Client.Etcd;

/// <summary>Maps the contract onto etcd's gRPC API: one connection, one watch stream, one lease.</summary>
internal sealed class EtcdRegistryBackend : IRegistryBackend
{
    private readonly EtcdBackendParts _parts;
    private readonly EtcdRegistrations _registrations;

    /// <param name="options">How etcd is reached.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="logger">Where changes of state are told.</param>
    /// <param name="shuffle">Brings the endpoints into the order in which they are tried; null: by chance.</param>
    public EtcdRegistryBackend(EtcdOptions options, TimeProvider timeProvider, ILogger logger, Action<Uri[]>? shuffle = null)
    {
        Uri[] endpoints = [.. options.Endpoints];
        (shuffle ?? (all => RandomNumberGenerator.Shuffle(all.AsSpan())))(endpoints);
        var tls = new BackendTls(options.TlsFiles, timeProvider, logger);
        var connections = new EtcdConnections(new EndpointSet(endpoints, 0, timeProvider, logger), endpoint => new EtcdConnection(endpoint, options, tls, timeProvider));
        var history = new StoreHistory();
        var client = new EtcdClient(options, connections, history, timeProvider);
        var watches = new WatchHub(client, options, timeProvider);
        history.Changed = watches.OnStoreChanged;
        _parts = new EtcdBackendParts(options, client, watches, timeProvider);
        _registrations = new EtcdRegistrations(_parts, logger);
    }

    internal EtcdBackendParts Parts => _parts;

    public RegistryCapabilities Capabilities => RegistryCapabilities.Register | RegistryCapabilities.WatchNames | RegistryCapabilities.ConfirmingRead | RegistryCapabilities.Push;

    public ValueTask<Lease> RegisterAsync(ServiceRegistration registration, CancellationToken cancellationToken) => _registrations.RegisterAsync(registration, cancellationToken);

    public ValueTask RenewAsync(LeaseGroup group, CancellationToken cancellationToken) => _registrations.RenewAsync((ProcessLease)group, cancellationToken);

    public ValueTask DeregisterAsync(Lease lease, CancellationToken cancellationToken) => _registrations.DeregisterAsync((EtcdLease)lease, cancellationToken);

    public async ValueTask<ServiceSnapshot> ReadAsync(ServiceQuery query, CancellationToken cancellationToken)
        => await EtcdWatch.ReadAsync(_parts, query, previous: null, cancellationToken).ConfigureAwait(false);

    public IAsyncEnumerable<ServiceSnapshot> WatchAsync(ServiceQuery query, ServiceSnapshot? last, CancellationToken cancellationToken)
        => new EtcdWatch(_parts, query, last).RunAsync(cancellationToken);

    public IAsyncEnumerable<IReadOnlyCollection<string>> WatchNamesAsync(CancellationToken cancellationToken) => EtcdNamesWatch.RunAsync(_parts, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _parts.Watches.DisposeAsync().ConfigureAwait(false);
        _parts.Client.Connections.Dispose();
    }
}
