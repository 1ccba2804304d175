using Microsoft.Extensions.Logging;

namespace Discovery.Client.Internal;

/// <summary>Where leases are renewed: on threads of their own for backends that renew synchronously, with all other loops otherwise.</summary>
internal sealed class RenewalSchedulers(EngineScheduler scheduler, ILogger<PoolWatchdog> logger) : IDisposable
{
    /// <summary>One slow renewal must not hold the others back, and a registry that hangs must not cost a thread per registration.</summary>
    public const int MaxThreads = 16;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, EngineScheduler> _dedicated = new(StringComparer.OrdinalIgnoreCase);
    private readonly CancellationTokenSource _disposed = new();
    private DedicatedTimeProvider? _time;

    public TimeProvider Clock => scheduler.TimeProvider;

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
                _dedicated.Add(backendName, dedicated = Create($"Discovery.Client renewals ({backendName})", MaxThreads));
            }

            return dedicated;
        }
    }

    public void Dispose() => _disposed.Cancel();

    private EngineScheduler Create(string name, int threads)
    {
        if (_time is null)
        {
            _time = new DedicatedTimeProvider(scheduler.TimeProvider, "Discovery.Client timers");
            var watchdog = new PoolWatchdog(Create("Discovery.Client watchdog", 1), static probe => ThreadPool.UnsafeQueueUserWorkItem(static run => run(), probe, preferLocal: false), new QuietLogger(logger));
            _ = watchdog.Scheduler.Run(() => watchdog.RunAsync(_disposed.Token));
        }

        return new EngineScheduler(_time, new DedicatedTaskScheduler(name, threads));
    }
}
