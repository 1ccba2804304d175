namespace Discovery.Client.Embedded;

/// <summary>A registry in this process's memory. Engines that are given the same object see each other. A registration is gone exactly when its time to live has passed.</summary>
internal sealed partial class MemoryRegistry(TimeProvider timeProvider)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, MemoryService> _services = new(StringComparer.Ordinal);
    private readonly List<WatchSignal> _nameWatches = [];
    private SnapshotVersion _version = new(1, 0);
    private long _leases;

    public MemoryLeaseGroup Register(ServiceRegistration registration)
    {
        var instance = registration.Instance;
        lock (_gate)
        {
            var service = ServiceOf(instance.ServiceName);
            var changed = !service.Entries.Remove(instance.InstanceId, out var old) || !old.Instance.Equals(instance);
            old?.Dispose();

            var entry = new MemoryEntry(changed ? instance : old!.Instance, registration.TimeToLive);
            entry.Renew(timeProvider.GetTimestamp());
            entry.Timer = timeProvider.CreateOneShot(_ => Expire(entry), null, entry.TimeToLive);
            service.Entries.Add(instance.InstanceId, entry);
            if (changed)
            {
                Changed(service, namesChanged: service.Entries.Count == 1);
            }

            return new MemoryLeaseGroup($"{instance.ServiceName}/{instance.InstanceId}#{++_leases}", entry);
        }
    }

    /// <summary>Returns false if the registration is gone or was replaced.</summary>
    public bool Renew(MemoryEntry entry)
    {
        lock (_gate)
        {
            if (!Holds(entry))
            {
                return false;
            }

            // A timer may be late; the time to live is not.
            if (Remaining(entry) <= TimeSpan.Zero)
            {
                Remove(entry);
                return false;
            }

            entry.Renew(timeProvider.GetTimestamp());
            return true;
        }
    }

    public void Deregister(MemoryEntry entry)
    {
        lock (_gate)
        {
            if (Holds(entry))
            {
                Remove(entry);
            }
        }
    }

    public ServiceSnapshot Read(string serviceName)
    {
        lock (_gate)
        {
            var service = ServiceOf(serviceName);
            foreach (var entry in service.Entries.Values.Where(entry => Remaining(entry) <= TimeSpan.Zero).ToArray())
            {
                Remove(entry);
            }

            return service.Read(_version);
        }
    }

    public IReadOnlyCollection<string> ReadNames()
    {
        lock (_gate)
        {
            return [.. _services.Where(pair => pair.Value.Entries.Count > 0).Select(pair => pair.Key).Order(StringComparer.Ordinal)];
        }
    }

    /// <summary>Adds a watch of a service, or of the names.</summary>
    public void Subscribe(string? serviceName, WatchSignal watch)
    {
        lock (_gate)
        {
            (serviceName is null ? _nameWatches : ServiceOf(serviceName).Watches).Add(watch);
        }
    }

    public void Unsubscribe(string? serviceName, WatchSignal watch)
    {
        lock (_gate)
        {
            (serviceName is null ? _nameWatches : ServiceOf(serviceName).Watches).Remove(watch);
        }
    }

    private void Expire(MemoryEntry entry)
    {
        lock (_gate)
        {
            if (!Holds(entry))
            {
                return;
            }

            if (Remaining(entry) is var remaining && remaining > TimeSpan.Zero)
            {
                entry.Timer?.Change(remaining, Timeout.InfiniteTimeSpan);
                return;
            }

            Remove(entry);
        }
    }

    private void Remove(MemoryEntry entry)
    {
        entry.Dispose();
        var service = ServiceOf(entry.Instance.ServiceName);
        service.Entries.Remove(entry.Instance.InstanceId);
        Changed(service, namesChanged: service.Entries.Count == 0);
    }

    private void Changed(MemoryService service, bool namesChanged)
    {
        _version = _version with { Number = _version.Number + 1 };
        service.Changed();
        if (namesChanged)
        {
            _nameWatches.ForEach(static watch => watch.Raise());
        }
    }

    private bool Holds(MemoryEntry entry)
        => ServiceOf(entry.Instance.ServiceName).Entries.TryGetValue(entry.Instance.InstanceId, out var held) && ReferenceEquals(held, entry);

    private TimeSpan Remaining(MemoryEntry entry) => entry.TimeToLive - timeProvider.GetElapsedTime(entry.RenewedAt);

    private MemoryService ServiceOf(string name)
    {
        if (!_services.TryGetValue(name, out var service))
        {
            _services.Add(name, service = new MemoryService());
        }

        return service;
    }
}
