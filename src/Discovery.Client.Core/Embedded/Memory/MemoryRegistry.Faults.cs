namespace Discovery.Client.Embedded;

/// <summary>What tests do to the registry.</summary>
internal sealed partial class MemoryRegistry
{
    private volatile bool _unreachable;
    private int _failures;

    /// <summary>While set, every call fails and running watches break. Leases run out meanwhile.</summary>
    public bool Unreachable
    {
        get => _unreachable;
        set
        {
            _unreachable = value;
            WakeAll();
        }
    }

    /// <summary>How long each call, and each list of a watch, is under way.</summary>
    public TimeSpan Latency { get; set; }

    /// <summary>Lets the next calls fail.</summary>
    public void FailNext(int calls) => Interlocked.Exchange(ref _failures, calls);

    /// <summary>Forgets everything, as a registry does that was set up anew: versions start over, leases are unknown.</summary>
    public void Wipe()
    {
        lock (_gate)
        {
            _version = new SnapshotVersion(_version.Epoch + 1, 0);
            foreach (var service in _services.Values)
            {
                foreach (var entry in service.Entries.Values)
                {
                    entry.Dispose();
                }

                service.Entries.Clear();
                service.Changed();
            }

            _nameWatches.ForEach(static watch => watch.Raise());
        }
    }

    /// <summary>Drops one registration behind its owner's back.</summary>
    public void Delete(string serviceName, string instanceId)
    {
        lock (_gate)
        {
            if (ServiceOf(serviceName).Entries.TryGetValue(instanceId, out var entry))
            {
                Remove(entry);
            }
        }
    }

    /// <summary>What every call passes first.</summary>
    internal async ValueTask EnterAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Latency > TimeSpan.Zero)
        {
            await Task.Delay(Latency, timeProvider, cancellationToken).ConfigureAwait(true);
        }

        if (Unreachable)
        {
            throw new RegistryException("The memory registry is unreachable.", connection: "memory");
        }

        if (Volatile.Read(ref _failures) > 0 && Interlocked.Decrement(ref _failures) >= 0)
        {
            throw new RegistryException("The memory registry was told to fail.");
        }
    }

    private void WakeAll()
    {
        lock (_gate)
        {
            foreach (var service in _services.Values)
            {
                service.Watches.ForEach(static watch => watch.Raise());
            }

            _nameWatches.ForEach(static watch => watch.Raise());
        }
    }
}
