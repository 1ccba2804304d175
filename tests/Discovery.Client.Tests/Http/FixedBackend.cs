using System.Runtime.CompilerServices;
using Discovery.Client.Internal;
using Discovery.Client.Selection;

namespace Discovery.Client.Tests.Http;

/// <summary>A registry whose lists are what the test says, for any service that is asked for.</summary>
internal sealed class FixedBackend : IRegistryBackend, IBackendSource
{
    private readonly BackendSlot _slot;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ServiceInstance[]? _instances;

    public FixedBackend(params ServiceInstance[]? instances)
    {
        _instances = instances;
        _slot = new BackendSlot("fixed", this, RandomSource.Create(1));
    }

    public RegistryCapabilities Capabilities => RegistryCapabilities.Push;

    public string DefaultName => "fixed";

    public HashSet<string> Asked { get; } = [];

    /// <summary>How many watches were started.</summary>
    public int Watches { get; private set; }

    public BackendSlot Get(string name) => _slot;

    /// <summary>Null: does not answer.</summary>
    public void Set(params ServiceInstance[]? instances)
    {
        Volatile.Write(ref _instances, instances);
        Interlocked.Exchange(ref _changed, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
    }

    public async IAsyncEnumerable<ServiceSnapshot> WatchAsync(ServiceQuery query, ServiceSnapshot? last, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        lock (Asked)
        {
            Asked.Add(query.Name);
            Watches++;
        }

        while (true)
        {
            var changed = Volatile.Read(ref _changed).Task;
            if (Volatile.Read(ref _instances) is { } instances)
            {
                yield return last = ServiceSnapshot.Create(instances, previous: last);
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    public ValueTask<ServiceSnapshot> ReadAsync(ServiceQuery query, CancellationToken cancellationToken) => new(ServiceSnapshot.Create(Volatile.Read(ref _instances) ?? []));

    public ValueTask<Lease> RegisterAsync(ServiceRegistration registration, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask RenewAsync(LeaseGroup group, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask DeregisterAsync(Lease lease, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask DisposeAsync() => default;
}
