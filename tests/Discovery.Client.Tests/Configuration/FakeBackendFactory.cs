using System.Runtime.CompilerServices;

namespace Discovery.Client.Tests.Configuration;

/// <summary>Makes backends that do nothing, and keeps account of them.</summary>
internal sealed class FakeBackendFactory(string type) : IRegistryBackendFactory
{
    public string Type => type;

    public bool FollowsSettings { get; init; }

    public bool RequiresEndpoints { get; init; }

    public Exception? Fails { get; init; }

    public List<FakeBackend> Made { get; } = [];

    public IRegistryBackend Create(RegistryBackendContext context)
    {
        if (Fails is not null)
        {
            throw Fails;
        }

        var endpoints = context.Settings.GetUris("Endpoints", [new Uri("http://127.0.0.1:1")], "http", "https");
        if (RequiresEndpoints && endpoints.Count == 0)
        {
            context.Settings.AddError("Endpoints", "is missing: give at least one address");
        }

        var backend = new FakeBackend(context.Name, endpoints, context.Settings.GetDuration("Timeout", TimeSpan.FromSeconds(3), TimeSpan.FromMilliseconds(1), TimeSpan.FromMinutes(1)));
        Made.Add(backend);
        return backend;
    }
}

internal sealed class FakeBackend(string name, IReadOnlyList<Uri> endpoints, TimeSpan timeout) : IRegistryBackend
{
    private readonly TaskCompletionSource _disposed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Name { get; } = name;

    public IReadOnlyList<Uri> Endpoints { get; } = endpoints;

    public TimeSpan Timeout { get; } = timeout;

    public int Disposals { get; private set; }

    /// <summary>Ends with the first disposal.</summary>
    public Task Disposed => _disposed.Task;

    public RegistryCapabilities Capabilities => RegistryCapabilities.Register;

    public ValueTask<Lease> RegisterAsync(ServiceRegistration registration, CancellationToken cancellationToken) => throw new RegistryException("away");

    public ValueTask RenewAsync(LeaseGroup group, CancellationToken cancellationToken) => throw new RegistryException("away");

    public ValueTask DeregisterAsync(Lease lease, CancellationToken cancellationToken) => throw new RegistryException("away");

    public ValueTask<ServiceSnapshot> ReadAsync(ServiceQuery query, CancellationToken cancellationToken) => throw new RegistryException("away");

    public async IAsyncEnumerable<ServiceSnapshot> WatchAsync(ServiceQuery query, ServiceSnapshot? last, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.Delay(System.Threading.Timeout.Infinite, cancellationToken);
        yield break;
    }

    public async ValueTask DisposeAsync()
    {
        await Task.Yield();
        Disposals++;
        _disposed.TrySetResult();
    }
}
