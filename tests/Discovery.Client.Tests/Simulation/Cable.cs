namespace Discovery.Client.Tests.Simulation;

/// <summary>What connects one program to the registry; cut, the program is as good as dead for the registry.</summary>
internal sealed class Cable(IRegistryBackend registry) : IRegistryBackend
{
    public bool IsCut { get; set; }

    public RegistryCapabilities Capabilities => registry.Capabilities;

    public ValueTask<Lease> RegisterAsync(ServiceRegistration registration, CancellationToken cancellationToken) => Open().RegisterAsync(registration, cancellationToken);

    public ValueTask RenewAsync(LeaseGroup group, CancellationToken cancellationToken) => Open().RenewAsync(group, cancellationToken);

    public ValueTask DeregisterAsync(Lease lease, CancellationToken cancellationToken) => Open().DeregisterAsync(lease, cancellationToken);

    public ValueTask<ServiceSnapshot> ReadAsync(ServiceQuery query, CancellationToken cancellationToken) => Open().ReadAsync(query, cancellationToken);

    public IAsyncEnumerable<ServiceSnapshot> WatchAsync(ServiceQuery query, ServiceSnapshot? last, CancellationToken cancellationToken)
        => Open().WatchAsync(query, last, cancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private IRegistryBackend Open() => IsCut ? throw new RegistryException("cut", connection: "cable") : registry;
}
