using System.Collections.Concurrent;
using System.Collections.Immutable;
using Discovery.Client.Selection;

namespace Discovery.Client.Snapshots;

/// <summary>All services that this process has asked for. One per container, which disposes it.</summary>
internal sealed partial class ServiceCatalog : IAsyncDisposable, IDisposable
{
    private static readonly TimeSpan ShortestSweep = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestSweep = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LayersSweep = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(5);

    // Names in a registry differ by case; declared names do not: each spelling of one leads to the same entry.
    private readonly ConcurrentDictionary<string, ServiceEntry> _byName = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _closing = new();
    private readonly WatchEnvironment _environment;
    private readonly IDisposable? _reloads;
    private ImmutableArray<ServiceEntry> _entries = [];
    private bool _isSweeping;

    public ServiceCatalog(WatchEnvironment environment)
    {
        _environment = environment;
        _reloads = environment.OptionsMonitor.OnChange((_, _) => Reload());
        environment.Metrics.ObserveViews(
            all: () => Entries.Select(static entry => entry.View),
            watched: () => Entries.Where(static entry => entry.IsWatched).Select(static entry => entry.View));
        environment.Metrics.ObserveConnections(Connections);
    }

    /// <summary>All entries, in the order of the first interest.</summary>
    public ImmutableArray<ServiceEntry> Entries
    {
        get
        {
            lock (_lock)
            {
                return _entries;
            }
        }
    }

    /// <summary>The entry of a service. It is not watched before <see cref="ServiceEntry.Touch"/>. No allocation for a name that was asked for before.</summary>
    /// <exception cref="ArgumentException">It is not a valid name.</exception>
    public ServiceEntry GetOrAdd(string name) => _byName.TryGetValue(name, out var entry) ? entry : Add(name);

    public async ValueTask DisposeAsync()
    {
        try
        {
            await EndAsync().WaitAsync(CloseTimeout, _environment.Clock).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            Log.CloseTimedOut(_environment.Logger, CloseTimeout);
        }
    }

    /// <summary>For containers that are disposed synchronously: it ends every watch and waits for none.</summary>
    public void Dispose() => _ = EndAsync();

    private Task EndAsync()
    {
        _reloads?.Dispose();
        _closing.Cancel();
        return Task.WhenAll(Entries.Select(static entry => entry.DisposeAsync().AsTask()));
    }

    private ServiceEntry Add(string name)
    {
        ServiceName.Validate(name);
        lock (_lock)
        {
            var declared = _environment.Options.Services.Keys.FirstOrDefault(key => string.Equals(key, name, StringComparison.OrdinalIgnoreCase)) ?? name;
            if (!_byName.TryGetValue(declared, out var entry))
            {
                entry = new ServiceEntry(declared, _environment, StartSweeping);
                _entries = _entries.Add(entry);
                _byName[declared] = entry;
            }

            return _byName.GetOrAdd(name, entry);
        }
    }

    private void StartSweeping()
    {
        lock (_lock)
        {
            if (_isSweeping)
            {
                return;
            }

            _isSweeping = true;
        }

        _ = _environment.Scheduler.Run(SweepAsync);
    }

    private async Task SweepAsync()
    {
        while (!_closing.IsCancellationRequested)
        {
            var idle = _environment.Options.IdleTimeout;
            var pause = idle / 4;
            pause = pause < ShortestSweep ? ShortestSweep : pause > LongestSweep ? LongestSweep : pause;
            pause = _environment.Options.NeedsSweep() && pause > LayersSweep ? LayersSweep : pause;
            try
            {
                await _environment.Scheduler.Delay(pause, _closing.Token).ConfigureAwait(true);
            }
            catch (OperationCanceledException)
            {
                continue;
            }

            foreach (var entry in Entries)
            {
                Sweep(entry, idle);
            }
        }
    }

    private void Sweep(ServiceEntry entry, TimeSpan idle)
    {
        try
        {
            if (entry.Sweep(idle))
            {
                entry.SweepLayers();
            }
        }
        catch (Exception exception)
        {
            // What one service's parts throw must not keep another's instances out.
            Log.SweepFailed(_environment.Logger, entry.Name, exception);
        }
    }

    private void Reload()
    {
        foreach (var entry in Entries)
        {
            try
            {
                if (entry.Reload())
                {
                    Log.BackendChangeRefused(_environment.Logger, entry.Name, entry.Backend);
                }
            }
            catch (Exception exception)
            {
                Log.ReloadFailed(_environment.Logger, entry.Name, exception);
            }
        }
    }

    private IEnumerable<KeyValuePair<string, bool>> Connections()
        => Entries.Select(static entry => entry.Backend).Distinct(StringComparer.OrdinalIgnoreCase)
            .Select(name => (Name: name, _environment.Backends.Get(name).Gate.IsConnected))
            .Where(static backend => backend.IsConnected is not null)
            .Select(static backend => KeyValuePair.Create(backend.Name, backend.IsConnected == true));
}
