namespace Discovery.Client.Tests.Simulation;

/// <summary>What connects a program to the registry, with a wire for reading and one for writing. It notes what each was asked.</summary>
internal sealed class CountingCable(IRegistryBackend registry, TimeProvider clock) : IRegistryBackend
{
    public bool ReadsAreCut { get; set; }

    public bool WritesAreCut { get; set; }

    public TimeSpan RegisterDelay { get; set; }

    public List<(string Call, TimeSpan At, bool Passed)> Calls { get; } = [];

    public RegistryCapabilities Capabilities => registry.Capabilities;

    public int Count(string? call = null) => Calls.Count(item => call is null || item.Call == call);

    public async ValueTask<Lease> RegisterAsync(ServiceRegistration registration, CancellationToken cancellationToken)
    {
        if (RegisterDelay > TimeSpan.Zero)
        {
            await Task.Delay(RegisterDelay, clock, cancellationToken).ConfigureAwait(true);
        }

        return await Open("register", WritesAreCut).RegisterAsync(registration, cancellationToken).ConfigureAwait(true);
    }

    public ValueTask RenewAsync(LeaseGroup group, CancellationToken cancellationToken) => Open("renew", WritesAreCut).RenewAsync(group, cancellationToken);

    public ValueTask DeregisterAsync(Lease lease, CancellationToken cancellationToken) => Open("deregister", WritesAreCut).DeregisterAsync(lease, cancellationToken);

    public ValueTask<ServiceSnapshot> ReadAsync(ServiceQuery query, CancellationToken cancellationToken) => Open("read", ReadsAreCut).ReadAsync(query, cancellationToken);

    public IAsyncEnumerable<ServiceSnapshot> WatchAsync(ServiceQuery query, ServiceSnapshot? last, CancellationToken cancellationToken)
        => Open("watch", ReadsAreCut).WatchAsync(query, last, cancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private IRegistryBackend Open(string call, bool isCut)
    {
        Calls.Add((call, clock.GetElapsedTime(0), !isCut));
        return isCut ? throw new RegistryException("connection refused", connection: "cable") : registry;
    }
}
