using Discovery.Client.Internal;
using Microsoft.Extensions.Logging;

namespace Discovery.Client.Registration;

/// <summary>A wish and the loop that makes it true. The loop looks at the newest wish each time, so that nothing older is ever sent after it.</summary>
internal sealed partial class RegistrationHandle : IRegistrationHandle, ILeaseHolder
{
    private readonly Lock _lock = new();
    private readonly RegistrationServices _services;
    private readonly BackendSlot _slot;
    private readonly RegistrationLane _lane;
    private readonly Action<RegistrationHandle> _onEnded;
    private ServiceRegistration _wish;
    private long _generation = 1;
    private RegistrationLife _life;
    private Exception? _lastError;
    private TaskCompletionSource _wake = NewSource();
    private TaskCompletionSource _converged = NewSource();
    private Task? _stopped;

    public RegistrationHandle(ServiceRegistration wish, BackendSlot slot, RegistrationLane lane, RegistrationServices services, Action<RegistrationHandle> onEnded)
    {
        (_wish, _slot, _lane, _services, _onEnded) = (wish, slot, lane, services, onEnded);
        _patience = new CancellationTokenSource(Timeout.InfiniteTimeSpan, services.Scheduler.TimeProvider);
        _deadline = new CancellationTokenSource(Timeout.InfiniteTimeSpan, services.Scheduler.TimeProvider);
        _loop = Task.CompletedTask;
    }

    public ServiceRegistration Registration
    {
        get
        {
            lock (_lock)
            {
                return _wish;
            }
        }
    }

    public string Backend => _slot.Name;

    public RegistrationState State
    {
        get
        {
            lock (_lock)
            {
                return _life.State;
            }
        }
    }

    public Exception? LastError
    {
        get
        {
            lock (_lock)
            {
                return _lastError ?? (_life.Holds(_generation) ? null : _slot.Gate.Error);
            }
        }
    }

    public void Start() => _loop = _services.Scheduler.Run(RunAsync);

    public void SetStatus(ServiceStatus status) => Update(instance => instance with { Status = status });

    public void Update(Func<ServiceInstance, ServiceInstance> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        while (true)
        {
            var old = Registration;

            // Outside the lock, since it is the caller's code; again if somebody else was faster, so that no change is lost.
            var instance = change(old.Instance);
            Check(old.Instance, instance);
            lock (_lock)
            {
                ObjectDisposedException.ThrowIf(_stopped is not null, this);
                if (ReferenceEquals(old, _wish))
                {
                    if (!instance.Equals(old.Instance))
                    {
                        _wish = old with { Instance = instance };
                        _generation++;
                        _converged = _converged.Task.IsCompleted ? NewSource() : _converged;
                        _wake.TrySetResult();
                    }

                    return;
                }
            }
        }
    }

    public Task WaitUntilRegisteredAsync(CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            return _converged.Task.WaitAsync(cancellationToken);
        }
    }

    public ValueTask DisposeAsync() => new(StopAsync());

    void ILeaseHolder.OnLost(LeaseGroup group, Exception? error, TimeSpan notBefore)
    {
        lock (_lock)
        {
            if (_lease?.Group != group || _life.State != RegistrationState.Registered || _stopped is not null)
            {
                return;
            }

            // That a registry cannot be reached is the backend's one line.
            var isOutage = _slot.Gate.Error is not null || error is RegistryException { Connection: not null };
            _isLossTold = !isOutage && _services.LevelOf(LogLevel.Warning, 202, Backend) == LogLevel.Warning;
            _lostAt = _services.Now;
            _life = _life.Lost(group.TimeToLive, notBefore, _lostAt, _services.Random);
            _lastError = error ?? _lastError;
            _converged = _converged.Task.IsCompleted ? NewSource() : _converged;
            _wake.TrySetResult();
        }

        Log.Lost(_services.Logger, _isLossTold ? LogLevel.Warning : LogLevel.Debug, _wish.Instance.InstanceId, _wish.Instance.ServiceName, Backend, group.Id, error);
    }

    private static void Check(ServiceInstance old, ServiceInstance changed)
    {
        if (changed.ServiceName != old.ServiceName || changed.InstanceId != old.InstanceId)
        {
            throw new ArgumentException("Service name and instance id of a registration cannot change: dispose it and register anew.", nameof(changed));
        }

        if (AdvertisedAddress.Reject(changed.Host, changed.Port) is { } reason)
        {
            throw new ArgumentException($"The address cannot be registered: {reason}.", nameof(changed));
        }
    }

    // Continuations never run inside the lock that completes the source, nor on the thread of an adapter.
    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
