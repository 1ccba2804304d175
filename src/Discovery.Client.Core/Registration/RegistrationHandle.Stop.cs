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
        var (lease, backend, instance) = (_lease, _grantedBy, Registration.Instance);
        if (lease is null)
        {
            return;
        }

        // A renewal that is under way could bring the registration back to life in some registries. If it hangs, it is the lesser evil.
        await Race.OrCanceledAsync(_services.Renewer.DetachAsync(lease.Group, this), _patience.Token)
            .ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        if (await TryDeregisterAsync(lease, backend!).ConfigureAwait(true) is { } error)
        {
            _services.Metrics.RecordRegistryError(Backend, error);
            lock (_lock)
            {
                _lastError = error;
            }

            var level = _services.LevelOf(LogLevel.Warning, 206, Backend);
            Log.CouldNotDeregister(_services.Logger, level, instance.InstanceId, instance.ServiceName, Backend, lease.Group.TimeToLive.TotalSeconds, error);
        }
        else
        {
            Log.Deregistered(_services.Logger, instance.InstanceId, instance.ServiceName, Backend);
        }
    }

    private async Task<Exception?> TryDeregisterAsync(Lease lease, IRegistryBackend backend)
    {
        for (var attempt = 1; ; attempt++)
        {
            var error = await DeregisterOnceAsync(lease, backend).ConfigureAwait(true);
            if (error is null || attempt == DeregisterAttempts || !RetryAdvice.From(error).IsTransient || _deadline.IsCancellationRequested)
            {
                return error;
            }

            // At once the first time: a connection that was idle for long may be dead without anybody knowing.
            var pause = attempt == 1 ? TimeSpan.Zero : new Backoff(attempt - 1).Pause(_services.Random);
            await _services.Scheduler.Delay(pause, _deadline.Token).ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<Exception?> DeregisterOnceAsync(Lease lease, IRegistryBackend backend)
    {
        var (entered, hung) = (false, false);
        var (scheduler, sentAt) = (_services.Scheduler, 0L);
        try
        {
            await _slot.Gate.EnterInHurryAsync(DeregisterHurry, _limit, scheduler, _deadline.Token).ConfigureAwait(true);
            await _lane.EnterAsync(_deadline.Token).ConfigureAwait(true);
            (entered, sentAt) = (true, scheduler.TimeProvider.GetTimestamp());
            await backend.DeregisterAsync(lease, _deadline.Token).ConfigureAwait(true);
            _slot.ReportAnswered(scheduler.TimeProvider, _services.Logger);
            return null;
        }
        catch (OperationCanceledException error) when (_deadline.IsCancellationRequested)
        {
            hung = entered;
            return new RegistryException($"The registry did not take the deregistration within {_limit.TotalSeconds:0.###} s.", innerException: error);
        }
        catch (RegistryException error)
        {
            _slot.ReportFailed(null, error, sentAt, scheduler.TimeProvider, _services.Logger);

            // What is gone already is what was wanted.
            return error is LeaseLostException ? null : error;
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
