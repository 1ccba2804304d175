namespace Discovery.Client.Nacos;

/// <summary>What a connection follows of one service, for any number of watches.</summary>
internal sealed class Subscription(ServiceKey service)
{
    private readonly Lock _lock = new();
    private NacosServiceInfo? _list;
    private long _version;
    private RegistryException? _failure;
    private TaskCompletionSource _changed = NewSignal();

    public ServiceKey Service { get; } = service;

    /// <summary>How many watches there are. Guarded by the owner's lock, as the three below.</summary>
    public int Watches { get; set; }

    /// <summary>Whether the server pushes it.</summary>
    public bool IsActive { get; set; }

    /// <summary>Whether somebody is making the server's state what it should be.</summary>
    public bool IsBusy { get; set; }

    /// <summary>It failed: whoever comes next gets another one.</summary>
    public bool IsOver { get; set; }

    /// <summary>How many lists have come so far.</summary>
    public long Version
    {
        get
        {
            lock (_lock)
            {
                return _version;
            }
        }
    }

    public void Push(NacosServiceInfo list) => Set(list, null, ifVersion: null);

    /// <summary>Takes an answer, unless something was pushed after it was asked for: which of them is newer cannot be told, but the server always pushes once more after a subscription.</summary>
    public void Answer(NacosServiceInfo list, long askedAt) => Set(list, null, askedAt);

    public void Fail(RegistryException failure) => Set(null, failure, ifVersion: null);

    /// <summary>Forgets the list: what came while nobody looked may be old.</summary>
    public void Forget()
    {
        lock (_lock)
        {
            _list = null;
        }
    }

    /// <summary>The list, as soon as there is one that is newer than the given version.</summary>
    /// <exception cref="RegistryException">There will be none.</exception>
    public async Task<(NacosServiceInfo List, long Version)> AfterAsync(long version, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (_failure is { } failure)
                {
                    throw new RegistryException(failure.Message, failure.IsTransient, failure.Connection, failure);
                }

                if (_list is not null && _version > version)
                {
                    return (_list, _version);
                }

                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Set(NacosServiceInfo? list, RegistryException? failure, long? ifVersion)
    {
        TaskCompletionSource changed;
        lock (_lock)
        {
            if (ifVersion is { } expected && expected != _version)
            {
                return;
            }

            if (list is not null)
            {
                (_list, _version) = (list, _version + 1);
            }

            _failure ??= failure;
            (changed, _changed) = (_changed, NewSignal());
        }

        changed.TrySetResult();
    }
}
