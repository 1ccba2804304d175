namespace Discovery.Client.Internal;

/// <summary>Where leases are renewed: on threads of their own for backends that renew synchronously, with all other loops otherwise.</summary>
internal sealed class RenewalSchedulers(EngineScheduler scheduler)
{
    /// <summary>One slow renewal must not hold the others back, and a registry that hangs must not cost a thread per registration.</summary>
    public const int MaxThreads = 4;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, EngineScheduler> _dedicated = new(StringComparer.OrdinalIgnoreCase);
    private readonly Lazy<DedicatedTimeProvider> _time = new(() => new DedicatedTimeProvider(scheduler.TimeProvider, "Discovery.Client timers"));

    /// <summary>The clock whose timers fire without the thread pool.</summary>
    public TimeProvider DedicatedTime => _time.Value;

    public EngineScheduler For(string backendName, IRegistryBackend backend)
    {
        // On any other clock than the system's everything belongs on the injected scheduler: that is what makes a simulation repeatable.
        if (!backend.Capabilities.HasFlag(RegistryCapabilities.BlockingRenewal) || scheduler.TimeProvider != TimeProvider.System)
        {
            return scheduler;
        }

        lock (_lock)
        {
            if (!_dedicated.TryGetValue(backendName, out var dedicated))
            {
                _dedicated.Add(backendName, dedicated = new EngineScheduler(_time.Value, new DedicatedTaskScheduler($"Discovery.Client renewals ({backendName})", MaxThreads)));
            }

            return dedicated;
        }
    }
}
