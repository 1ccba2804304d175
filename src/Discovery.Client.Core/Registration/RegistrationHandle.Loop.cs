using Discovery.Client.Internal;
using Microsoft.Extensions.Logging;

namespace Discovery.Client.Registration;

internal sealed partial class RegistrationHandle
{
    private readonly CancellationTokenSource _stop = new();

    // Until then an attempt that was under way when the stop began may still come to its end: it is then known whether there is something to deregister.
    private readonly CancellationTokenSource _patience;
    private readonly CancellationTokenSource _deadline;
    private Task _loop;
    private Lease? _lease;
    private IRegistryBackend? _grantedBy;
    private ClockReading _lostAt;
    private bool _isLossTold;
    private bool _isFailureTold;
    private int? _openings;

    private async Task RunAsync()
    {
        while (true)
        {
            RegistrationStep step;
            TaskCompletionSource wake;
            lock (_lock)
            {
                wake = _wake = NewSource();
                step = _life.Next(_generation, _stopped is not null, _wish.TimeToLive, _services.Now);
            }

            if (step.Action == RegistrationAction.Deregister)
            {
                _slot.Gate.Leave(this);
                await DeregisterAsync().ConfigureAwait(true);
                return;
            }

            try
            {
                await (step.Action == RegistrationAction.Wait ? WaitAsync(wake, step.Time) : RegisterOnceAsync(step.Time)).ConfigureAwait(true);
            }
            catch (Exception defect)
            {
                OnDefect(defect);
            }
        }
    }

    private async Task WaitAsync(TaskCompletionSource wake, TimeSpan time)
    {
        // The timer completes the source itself: waiting for a task with a timeout resumes on the thread pool rather than on the loop's scheduler.
        using var timer = _services.Scheduler.TimeProvider.CreateTimer(static state => ((TaskCompletionSource)state!).TrySetResult(), wake, EngineScheduler.WholeMilliseconds(time), Timeout.InfiniteTimeSpan);
        await wake.Task.ConfigureAwait(true);
    }

    private async Task OnRegisteredAsync(Lease lease, IRegistryBackend backend, long generation, ClockReading asked)
    {
        Lease? old;
        TimeSpan? away = null;
        bool first, isLossTold;
        lock (_lock)
        {
            (old, isLossTold) = (_lease, _isLossTold);
            _isFailureTold = false;
            first = _life.Taken == 0;
            away = _life.State == RegistrationState.Lost ? _lostAt.Until(_services.Now) : null;
            (_lease, _grantedBy) = (lease, backend);
            _life = _life.Registered(generation, _services.Now);
            _lastError = null;
            if (_life.Holds(_generation))
            {
                _converged.TrySetResult();
            }
        }

        // Renewed before anything is told of it.
        if (old is not null && (away is not null || old.Group != lease.Group))
        {
            await _services.Renewer.DetachAsync(old.Group, this).ConfigureAwait(true);
        }

        if (old is null || away is not null || old.Group != lease.Group)
        {
            _services.Renewer.Attach(lease.Group, this, _slot, backend, asked);
        }

        var instance = lease.Registration.Instance;
        if (first)
        {
            Log.Registered(_services.Logger, instance.InstanceId, instance.ServiceName, Backend, instance.Host, instance.Port, lease.Group.Id);
        }
        else if (away is { } time)
        {
            Log.RegisteredAgain(_services.Logger, isLossTold ? LogLevel.Information : LogLevel.Debug, instance.InstanceId, instance.ServiceName, Backend, time.TotalSeconds);
        }
        else
        {
            Log.Updated(_services.Logger, instance.InstanceId, instance.ServiceName, Backend);
        }
    }

    private void OnFailed(Exception error, bool isHeldBack)
    {
        _services.Metrics.RecordRegistryError(Backend, error);
        Lease? lease;
        bool isFirst, tells;
        lock (_lock)
        {
            lease = _life.State == RegistrationState.Registered ? _lease : null;
            isFirst = _life.Failures == 0;

            // That a registry cannot be reached is the backend's one line.
            tells = !isHeldBack && !_isFailureTold && !_stop.IsCancellationRequested;
            _isFailureTold |= tells;
            _life = isHeldBack ? _life.HeldBack() : _life.Failed(RetryAdvice.From(error), _services.Now, _services.Random);
            _lastError = error;
        }

        if (error is LeaseLostException && lease is not null)
        {
            _services.Renewer.Lose(lease.Group, error, TimeSpan.Zero);
        }
        else if (tells || (isFirst && !_stop.IsCancellationRequested))
        {
            Tell(tells ? _services.LevelOf(LogLevel.Warning, 201, Backend) : LogLevel.Debug, error);
        }
    }

    // A failure is handled inside. What fails while it is handled ends no registration either, and is not met again without a pause.
    private void OnDefect(Exception defect)
    {
        _slot.Gate.Leave(this);
        lock (_lock)
        {
            _life = _life.Failed(RetryAdvice.From(defect), _services.Now, _services.Random);
            _lastError = defect;
        }

        Tell(_services.LevelOf(LogLevel.Warning, 201, Backend), defect);
    }

    private void Tell(LogLevel level, Exception error)
    {
        var instance = Registration.Instance;
        Log.RegistrationFailed(_services.Logger, level, instance.InstanceId, instance.ServiceName, Backend, error);
    }
}
