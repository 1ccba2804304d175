using Discovery.Client.Internal;
using Microsoft.Extensions.Logging;

namespace Discovery.Client.Registration;

internal sealed partial class RegistrationHandle
{
    private const int DeregisterAttempts = 3;

    private static readonly TimeSpan DeregisterHurry = TimeSpan.FromMilliseconds(100);

    private TimeSpan _limit;

    /// <summary>Ends within the deregistration timeout and never fails. The same task for every caller.</summary>
    public Task StopAsync()
    {
        lock (_lock)
        {
            if (_stopped is not null)
            {
                return _stopped;
            }

            _limit = _services.Options.CurrentValue.DeregisterTimeout;
            _stopped = _services.Scheduler.Run(AwaitEndAsync);
            _patience.CancelAfter(_limit / 2);
            _deadline.CancelAfter(_limit);
            _wake.TrySetResult();
        }

        _stop.Cancel();
        return _stopped;
    }

    private async Task AwaitEndAsync()
    {
        await Race.OrCanceledAsync(_loop, _deadline.Token)
            .ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        lock (_lock)
        {
            _life = _life.Ended();
            _converged.TrySetException(new ObjectDisposedException(nameof(IRegistrationHandle), "The registration was disposed before the registry held it."));

            // Nobody need be waiting for it.
            _ = _converged.Task.Exception;
        }

        _onEnded(this);
        if (_loop.IsCompleted)
        {
            _patience.Dispose();
            _deadline.Dispose();
        }
    }

    private async Task DeregisterAsync()
    {
        var (lease, backend, wish) = (_lease, _grantedBy ?? _slot.Current, Registration);
        if (lease is null && !_isUnclear)
        {
            return;
        }

        if (lease is not null)
        {
            // A renewal that is under way could bring the registration back to life in some registries. If it hangs, it is the lesser evil.
            await Race.OrCanceledAsync(_services.Renewer.DetachAsync(lease.Group, this), _patience.Token)
                .ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        }

        Exception? error = null;
        if (_isUnclear)
        {
            (backend, var taken, error) = await TakeHoldAsync(wish).ConfigureAwait(true);
            lease = taken ?? lease;
        }

        error = lease is null ? error : await TryAsync(() => DeregisterOnceAsync(lease, backend), _deadline.Token).ConfigureAwait(true);
        Told(wish, lease?.Group.TimeToLive ?? wish.TimeToLive, error);
    }

    private void Told(ServiceRegistration wish, TimeSpan timeToLive, Exception? error)
    {
        var instance = wish.Instance;
        if (error is null)
        {
            Log.Deregistered(_services.Logger, instance.InstanceId, instance.ServiceName, Backend);
            return;
        }

        _services.Metrics.RecordRegistryError(Backend, error);
        lock (_lock)
        {
            _lastError = error;
        }

        var level = _services.LevelOf(LogLevel.Warning, 206, Backend);
        Log.CouldNotDeregister(_services.Logger, level, instance.InstanceId, instance.ServiceName, Backend, timeToLive.TotalSeconds, error);
    }

    /// <summary>
    /// The registry may hold a wish that it has not acknowledged, and only an acknowledgement gives the lease by which it can be taken back. So it is asked once more, for an instance that nobody calls.
    /// </summary>
    private async Task<(IRegistryBackend Backend, Lease? Lease, Exception? Error)> TakeHoldAsync(ServiceRegistration wish)
    {
        var backend = _slot.Current;
        Lease? lease = null;
        using var half = new CancellationTokenSource(_limit / 2, _services.Scheduler.TimeProvider);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(half.Token, _deadline.Token);
        var error = await TryAsync(AskAsync, end.Token).ConfigureAwait(true);
        return (backend, lease, error);

        Task<Exception?> AskAsync() => AskInHurryAsync(
            async token => lease = await backend.RegisterAsync(wish with { Instance = wish.Instance with { Status = ServiceStatus.OutOfService } }, token).ConfigureAwait(true),
            "registration",
            end.Token);
    }

    private async Task<Exception?> TryAsync(Func<Task<Exception?>> once, CancellationToken end)
    {
        for (var attempt = 1; ; attempt++)
        {
            var error = await once().ConfigureAwait(true);
            if (error is null || attempt == DeregisterAttempts || !RetryAdvice.From(error).IsTransient || end.IsCancellationRequested)
            {
                return error;
            }

            // At once the first time: a connection that was idle for long may be dead without anybody knowing.
            var pause = attempt == 1 ? TimeSpan.Zero : new Backoff(attempt - 1).Pause(_services.Random);
            await _services.Scheduler.Delay(pause, end).ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<Exception?> DeregisterOnceAsync(Lease lease, IRegistryBackend backend)
    {
        var error = await AskInHurryAsync(token => backend.DeregisterAsync(lease, token).AsTask(), "deregistration", _deadline.Token).ConfigureAwait(true);

        // What is gone already is what was wanted.
        return error is LeaseLostException ? null : error;
    }

    private async Task<Exception?> AskInHurryAsync(Func<CancellationToken, Task> ask, string what, CancellationToken end)
    {
        var (entered, hung) = (false, false);
        var (scheduler, sentAt) = (_services.Scheduler, 0L);
        try
        {
            await _slot.Gate.EnterInHurryAsync(DeregisterHurry, _limit, scheduler, end).ConfigureAwait(true);
            await _lane.EnterAsync(end).ConfigureAwait(true);
            (entered, sentAt) = (true, scheduler.TimeProvider.GetTimestamp());
            await ask(end).ConfigureAwait(true);
            _slot.ReportAnswered(scheduler.TimeProvider, _services.Logger);
            return null;
        }
        catch (OperationCanceledException error) when (end.IsCancellationRequested)
        {
            hung = entered;
            return new RegistryException($"The registry did not take the {what} in time, within {_limit.TotalSeconds:0.###} s in all.", innerException: error);
        }
        catch (RegistryException error)
        {
            _slot.ReportFailed(null, error, sentAt, scheduler.TimeProvider, _services.Logger);
            return error;
        }
        catch (Exception error)
        {
            return error;
        }
        finally
        {
            if (entered)
            {
                _lane.Leave(hung);
            }
        }
    }
}
