using Microsoft.Extensions.Logging;

namespace Discovery.Client.Embedded;

/// <summary>Wakes watches when names appear or vanish below the root. One watcher for the whole registry: systems allow few of them (128 on many Linuxes) to a user.</summary>
/// <remarks>Heartbeats change no name and wake nobody. A missed event costs one poll interval.</remarks>
internal sealed partial class LocalChangeMonitor(LocalRoot root, LocalClock clock, ILogger logger) : IDisposable
{
    private static readonly TimeSpan Unsettled = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly List<(string? Directory, WatchSignal Signal)> _watches = [];
    private FileSystemWatcher? _watcher;
    private DateTime _watched;
    private long _directoryVanishedAt = long.MinValue;
    private bool _warned;
    private bool _disposed;

    /// <summary>Whether changes are noticed without polling.</summary>
    public bool IsActive => Volatile.Read(ref _watcher) is not null;

    /// <summary>Whether a service's directory vanished just now. The root may be next, and nothing is heard of that: look again soon.</summary>
    public bool IsUnsettled => Volatile.Read(ref _directoryVanishedAt) is var vanished and > long.MinValue && clock.Steady - new TimeSpan(vanished) < Unsettled;

    /// <summary>Adds a watch of one service's directory, or of all (null).</summary>
    public void Subscribe(string? directory, WatchSignal signal)
    {
        lock (_gate)
        {
            _watches.Add((directory, signal));
        }
    }

    public void Unsubscribe(string? directory, WatchSignal signal)
    {
        lock (_gate)
        {
            _watches.Remove((directory, signal));
        }
    }

    /// <summary>Watches the root as it is now. To be called before each look at it, so that whatever comes after the look is noticed.</summary>
    /// <exception cref="RegistryException">The root cannot be used.</exception>
    public void Attach()
    {
        var created = root.Prepare();
        FileSystemWatcher? old;
        lock (_gate)
        {
            if (_disposed || (_watcher is not null && _watched == created))
            {
                return;
            }

            (old, _watcher, _watched) = (_watcher, Start(), created);
        }

        // Waits for its thread in some systems, which may be inside a handler that wants the lock.
        old?.Dispose();
        if (old is not null)
        {
            Wake(null);
        }
    }

    public void Dispose()
    {
        FileSystemWatcher? old;
        lock (_gate)
        {
            (old, _watcher, _disposed) = (_watcher, null, true);
        }

        old?.Dispose();
    }

    private FileSystemWatcher? Start()
    {
        FileSystemWatcher? watcher = null;
        try
        {
            watcher = new FileSystemWatcher(root.Path) { IncludeSubdirectories = true, NotifyFilter = NotifyFilters.FileName | NotifyFilters.DirectoryName };
            watcher.Created += (_, change) => Changed(change.Name);
            watcher.Deleted += (_, change) => Deleted(change.Name);
            watcher.Renamed += (_, change) => Changed(change.Name);
            watcher.Error += (sender, _) => Lost((FileSystemWatcher)sender);
            watcher.EnableRaisingEvents = true;
            if (_warned)
            {
                Log.NotificationsBack(logger, root.Path);
                _warned = false;
            }

            return watcher;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            watcher?.Dispose();
            if (!_warned)
            {
                Log.NotificationsUnavailable(logger, root.Path, exception.Message);
                _warned = true;
            }

            return null;
        }
    }

    private void Deleted(string? relativePath)
    {
        if (relativePath?.Contains(Path.DirectorySeparatorChar) == false)
        {
            Volatile.Write(ref _directoryVanishedAt, clock.Steady.Ticks);
        }

        Changed(relativePath);
    }

    private void Changed(string? relativePath)
    {
        var separator = relativePath?.IndexOf(Path.DirectorySeparatorChar) ?? -1;
        if (separator < 0)
        {
            Wake(relativePath);
        }
        else if (!LocalNames.IsTemporary(relativePath.AsSpan(separator + 1)))
        {
            Wake(relativePath![..separator]);
        }
    }

    private void Lost(FileSystemWatcher watcher)
    {
        lock (_gate)
        {
            if (!ReferenceEquals(_watcher, watcher))
            {
                return;
            }

            _watcher = null;
        }

        watcher.Dispose();
        Wake(null);
    }

    private void Wake(string? directory)
    {
        lock (_gate)
        {
            foreach (var watch in _watches)
            {
                if (directory is null || watch.Directory is null || watch.Directory == directory)
                {
                    watch.Signal.Raise();
                }
            }
        }
    }
}
