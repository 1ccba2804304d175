using System.Runtime.CompilerServices;

namespace Discovery.Client.Embedded;

/// <summary>The backend <c>memory</c>: for tests and for programs whose services live in one process. Namespaces, groups and datacenters are not told apart.</summary>
internal sealed class MemoryRegistryBackend(MemoryRegistry registry) : IRegistryBackend
{
    public RegistryCapabilities Capabilities
        => RegistryCapabilities.Register | RegistryCapabilities.WatchNames | RegistryCapabilities.ConfirmingRead | RegistryCapabilities.Push;

    public async ValueTask<Lease> RegisterAsync(ServiceRegistration registration, CancellationToken cancellationToken)
    {
        await registry.EnterAsync(cancellationToken).ConfigureAwait(true);
        return new Lease(registry.Register(registration), registration);
    }

    public async ValueTask RenewAsync(LeaseGroup group, CancellationToken cancellationToken)
    {
        await registry.EnterAsync(cancellationToken).ConfigureAwait(true);
        if (group is not MemoryLeaseGroup { Entry: var entry } || !registry.Renew(entry))
        {
            throw new LeaseLostException($"The memory registry does not hold the lease {group.Id}.");
        }
    }

    public async ValueTask DeregisterAsync(Lease lease, CancellationToken cancellationToken)
    {
        await registry.EnterAsync(cancellationToken).ConfigureAwait(true);
        if (lease.Group is MemoryLeaseGroup { Entry: var entry })
        {
            registry.Deregister(entry);
        }
    }

    public async ValueTask<ServiceSnapshot> ReadAsync(ServiceQuery query, CancellationToken cancellationToken)
    {
        await registry.EnterAsync(cancellationToken).ConfigureAwait(true);
        return registry.Read(query.Name);
    }

    public IAsyncEnumerable<ServiceSnapshot> WatchAsync(ServiceQuery query, ServiceSnapshot? last, CancellationToken cancellationToken)
        => FollowAsync(query.Name, () => registry.Read(query.Name), ReferenceEquals, cancellationToken);

    public IAsyncEnumerable<IReadOnlyCollection<string>> WatchNamesAsync(CancellationToken cancellationToken)
        => FollowAsync(null, registry.ReadNames, static (left, right) => left.SequenceEqual(right), cancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async IAsyncEnumerable<T> FollowAsync<T>(string? serviceName, Func<T> read, Func<T, T, bool> same, [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : class
    {
        using var signal = new WatchSignal(cancellationToken);
        registry.Subscribe(serviceName, signal);
        try
        {
            T? current = null;
            while (true)
            {
                await registry.EnterAsync(cancellationToken).ConfigureAwait(true);
                var next = read();
                if (current is null || !same(current, next))
                {
                    current = next;
                    yield return next;
                }

                await signal.WaitAsync().ConfigureAwait(true);
            }
        }
        finally
        {
            registry.Unsubscribe(serviceName, signal);
        }
    }
}
