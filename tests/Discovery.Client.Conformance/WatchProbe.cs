using System.Collections.Immutable;

namespace Discovery.Client.Conformance;

/// <summary>Follows one service as the engine does, in small: whenever the watch breaks it watches again from the last list. Remembers what it saw.</summary>
public sealed class WatchProbe : IAsyncDisposable
{
    private readonly IRegistryBackend _backend;
    private readonly ServiceQuery _query;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly Task _loop;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ImmutableList<ServiceSnapshot> _seen = [];
    private ImmutableList<RegistryException> _errors = [];
    private ServiceSnapshot? _last;
    private Exception? _defect;

    /// <summary>Starts to follow.</summary>
    /// <param name="backend">The backend; it outlives this.</param>
    /// <param name="query">The service.</param>
    /// <param name="last">The list to resume from, or null.</param>
    public WatchProbe(IRegistryBackend backend, ServiceQuery query, ServiceSnapshot? last = null)
    {
        _backend = backend;
        _query = query;
        _last = last;
        _loop = Task.Run(FollowAsync);
    }

    /// <summary>All lists so far, the oldest first; the one it resumed from is not among them.</summary>
    public IReadOnlyList<ServiceSnapshot> Seen => Volatile.Read(ref _seen);

    /// <summary>How the watches broke so far.</summary>
    public IReadOnlyList<RegistryException> Errors => Volatile.Read(ref _errors);

    /// <summary>The newest list; null before the first.</summary>
    public ServiceSnapshot? Latest => Seen is [.., var latest] ? latest : null;

    /// <summary>Waits for a list that fulfils the condition.</summary>
    /// <param name="condition">What is waited for; asked again after each list.</param>
    /// <param name="within">How long to wait at most.</param>
    /// <param name="what">What is waited for, in words, for the message.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="TimeoutException">It did not come. The message tells what was seen.</exception>
    public Task<ServiceSnapshot> UntilAsync(Func<ServiceSnapshot, bool> condition, TimeSpan within, string what, CancellationToken cancellationToken)
        => UntilAsync(() => Latest is { } latest && condition(latest) ? latest : null, within, what, cancellationToken);

    /// <summary>Waits until the watch has broken at least that often.</summary>
    /// <param name="count">How often.</param>
    /// <param name="within">How long to wait at most.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="TimeoutException">It did not break. The message tells what was seen.</exception>
    public Task<RegistryException> UntilErrorAsync(int count, TimeSpan within, CancellationToken cancellationToken)
        => UntilAsync(() => Errors is { Count: var n } errors && n >= count ? errors[count - 1] : null, within, "the watch to break", cancellationToken);

    /// <summary>Stops following.</summary>
    /// <exception cref="TimeoutException">The watch did not end within five seconds after it was cancelled.</exception>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop.WaitAsync(TimeSpan.FromSeconds(5));
        _stop.Dispose();
    }

    private async Task<T> UntilAsync<T>(Func<T?> look, TimeSpan within, string what, CancellationToken cancellationToken)
        where T : class
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(within);
        while (true)
        {
            var changed = Volatile.Read(ref _changed).Task;
            if (Volatile.Read(ref _defect) is { } defect)
            {
                throw new InvalidOperationException($"The watch ended with something other than a {nameof(RegistryException)}.", defect);
            }

            if (look() is { } found)
            {
                return found;
            }

            try
            {
                await changed.WaitAsync(limit.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw new TimeoutException($"Waited {within} for {what}. {Report()}");
            }
        }
    }

    private async Task FollowAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await foreach (var snapshot in _backend.WatchAsync(_query, _last, _stop.Token))
                {
                    _last = snapshot;
                    Publish(() => _seen = _seen.Add(snapshot));
                }

                throw new InvalidOperationException("The sequence of a watch ended without throwing.");
            }
            catch (Exception) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (RegistryException e)
            {
                Publish(() => _errors = _errors.Add(e));
                await Task.Delay(TimeSpan.FromMilliseconds(100)).WaitAsync(_stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (Exception e)
            {
                Publish(() => _defect = e);
                return;
            }
        }
    }

    private void Publish(Action change)
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            change();
            changed = _changed;
            Volatile.Write(ref _changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        changed.SetResult();
    }

    private string Report()
    {
        var latest = Latest is { } list
            ? $"The latest of {Seen.Count} lists has {list.Instances.Length} instances: {string.Join("; ", list.Instances.Take(5))}"
            : "There was no list";
        return Errors is [.., var error] ? $"{latest}. The watch broke {Errors.Count} times, last: {error.Message}" : $"{latest}. The watch did not break.";
    }
}
