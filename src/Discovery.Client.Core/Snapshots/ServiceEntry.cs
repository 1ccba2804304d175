using Discovery.Client.Internal;

namespace Discovery.Client.Snapshots;

/// <summary>One service of this process: its current view, whoever waits for the next, and the watch that keeps it current while anybody is interested.</summary>
internal sealed partial class ServiceEntry : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly Broadcast _changed = new();
    private readonly WatchEnvironment _environment;
    private readonly Action _started;
    private CancellationTokenSource _queryChange = new();
    private ServiceView _view;
    private ServiceQuery _query;
    private Exception? _lastError;
    private string? _refusedBackend;

    /// <param name="name">The service, as the program names it.</param>
    /// <param name="environment">What all watches share.</param>
    /// <param name="started">Called whenever a watch starts.</param>
    public ServiceEntry(string name, WatchEnvironment environment, Action started)
    {
        Name = name;
        _environment = environment;
        _started = started;
        _view = environment.Pending(name);
        _query = _view.Query;
        Backend = _view.Backend;
    }

    public string Name { get; }

    /// <summary>The name of the backend that lists it. Does not change while the program runs.</summary>
    public string Backend { get; }

    /// <summary>The current view: one volatile read. Does not count as interest; <see cref="Touch"/> does.</summary>
    public ServiceView View => Volatile.Read(ref _view);

    /// <summary>What the last attempt failed with; null after one that did not.</summary>
    public Exception? LastError => Volatile.Read(ref _lastError);

    /// <summary>Cancelled when something else is to be asked for.</summary>
    public CancellationToken QueryChanged => Volatile.Read(ref _queryChange).Token;

    /// <summary>Waits for the next view that differs. Register before looking at <see cref="View"/>, so that none is missed.</summary>
    public Broadcast.Waiter NextChange(CancellationToken cancellationToken) => _changed.Register(cancellationToken);

    /// <summary>Swaps the view. The one that is given to <paramref name="change"/> is the current one.</summary>
    public ServiceView Update(Func<ServiceView, ServiceView> change)
    {
        ServiceView next;
        bool isNews, isPanic;
        lock (_lock)
        {
            next = change(_view);
            isNews = next.Revision != _view.Revision;
            isPanic = next.IsPanicking != _view.IsPanicking;
            Volatile.Write(ref _view, next);
            if (next.StaleSince is null)
            {
                Volatile.Write(ref _lastError, null);
            }
        }

        if (isNews)
        {
            _changed.Raise();
        }

        if (isPanic)
        {
            TellPanic(next);
        }

        return next;
    }

    public void MarkStale(string reason) => Update(view => ServiceViewBuilder.Stale(view, reason, _environment.Clock.GetUtcNow()));

    public void MarkFailed(Exception error)
    {
        MarkStale(error.Message);
        Volatile.Write(ref _lastError, error);
    }

    /// <summary>Takes over settings that were reloaded.</summary>
    /// <returns>Whether another backend was asked for anew, which is refused.</returns>
    public bool Reload()
    {
        var options = _environment.OptionsOf(Name);
        Update(view => _environment.Views.Rebuild(view, options));
        var query = _environment.QueryOf(Name);
        CancellationTokenSource? ended = null;
        lock (_lock)
        {
            if (query != _query)
            {
                _query = query;
                ended = Interlocked.Exchange(ref _queryChange, new CancellationTokenSource());
            }
        }

        ended?.Cancel();
        var backend = options.Backend is { } other && !string.Equals(other, Backend, StringComparison.OrdinalIgnoreCase) ? other : null;
        return Interlocked.Exchange(ref _refusedBackend, backend) != backend && backend is not null;
    }

    /// <summary>Waits until the registry has answered for the first time.</summary>
    /// <exception cref="NoInstanceAvailableException">It has not within <see cref="DiscoveryClientOptions.FirstAnswerTimeout"/>.</exception>
    // Called on behalf of programs, not by the engine's loops, so it must not need the caller's context to go on.
    public ValueTask<ServiceView> WaitForAnswerAsync(CancellationToken cancellationToken)
        => Touch() is { State: not ServiceViewState.Pending } view ? new(view) : new(FirstAnswer.WaitAsync(this, _environment, cancellationToken));
}
