using Discovery.Client.Internal;
using Discovery.Client.Selection;
using Discovery.Client.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Discovery.Client.Registration;

internal sealed partial class ServiceRegistrar : IServiceRegistrar, IAsyncDisposable, IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(string Backend, string Service, string Id), RegistrationHandle> _handles = [];
    private readonly Dictionary<string, RegistrationLane> _lanes = new(StringComparer.OrdinalIgnoreCase);
    private readonly IBackendSource _backends;
    private readonly RegistrationServices _services;
    private bool _stopped;

    public ServiceRegistrar(
        IBackendSource backends, EngineScheduler scheduler, LeaseRenewer renewer, RandomSource random, IOptionsMonitor<DiscoveryClientOptions> options,
        DiscoveryMetrics metrics, ILogger<ServiceRegistrar> logger)
    {
        _backends = backends;
        _services = new RegistrationServices(scheduler, renewer, random, options, metrics, new QuietLogger(logger));
        metrics.ObserveRegistrations(() => Registrations.Select(static handle => handle.State));
    }

    public IReadOnlyCollection<IRegistrationHandle> Registrations
    {
        get
        {
            lock (_lock)
            {
                return [.. _handles.Values];
            }
        }
    }

    public IRegistrationHandle Register(ServiceRegistration registration, string? backend = null)
    {
        ArgumentNullException.ThrowIfNull(registration);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(registration.TimeToLive, TimeSpan.Zero, "registration.TimeToLive");
        var instance = registration.Instance;
        if (AdvertisedAddress.Reject(instance.Host, instance.Port) is { } reason)
        {
            throw new ArgumentException($"{instance.InstanceId} of {instance.ServiceName} cannot be registered: {reason}.", nameof(registration));
        }

        var slot = _backends.Get(backend ?? _backends.DefaultName);
        if (!slot.Current.Capabilities.HasFlag(RegistryCapabilities.Register))
        {
            throw new NotSupportedException($"The backend '{slot.Name}' cannot register instances.");
        }

        RegistrationHandle handle;
        lock (_lock)
        {
            if (_stopped)
            {
                throw new InvalidOperationException($"{instance.InstanceId} of {instance.ServiceName} cannot be registered: the program is stopping.");
            }

            if (!_lanes.TryGetValue(slot.Name, out var lane))
            {
                _lanes.Add(slot.Name, lane = new RegistrationLane());
            }

            handle = new RegistrationHandle(registration, slot, lane, _services, Remove);
            if (!_handles.TryAdd(KeyOf(handle), handle))
            {
                throw new InvalidOperationException($"This process has registered {instance.InstanceId} of {instance.ServiceName} at '{slot.Name}' already.");
            }

            handle.Start();
        }

        if (AdvertisedAddress.IsLoopback(instance.Host) && slot.Name is not ("local" or "memory"))
        {
            Log.LoopbackRegistered(_services.Logger, instance.InstanceId, instance.ServiceName, slot.Name, instance.Host);
        }

        return handle;
    }

    /// <summary>Deregisters everything, all at once, and takes nothing more. Ends within the deregistration timeout and never fails.</summary>
    /// <param name="count">How many registrations there are.</param>
    public Task StopAsync(out int count)
    {
        RegistrationHandle[] handles;
        lock (_lock)
        {
            _stopped = true;
            handles = [.. _handles.Values];
        }

        count = handles.Length;
        return Task.WhenAll(Array.ConvertAll(handles, handle => handle.StopAsync()));
    }

    public ValueTask DisposeAsync() => new(StopAsync(out _));

    /// <summary>For containers that are disposed synchronously: it must not block on the registry, so the registrations may end only with their leases.</summary>
    public void Dispose() => _ = StopAsync(out _);

    private void Remove(RegistrationHandle handle)
    {
        lock (_lock)
        {
            _handles.Remove(KeyOf(handle));
        }
    }

    private static (string Backend, string Service, string Id) KeyOf(RegistrationHandle handle)
        => handle.Registration.Instance is var instance ? (handle.Backend, instance.ServiceName, instance.InstanceId) : default;
}
