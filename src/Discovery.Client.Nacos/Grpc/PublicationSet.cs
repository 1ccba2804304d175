namespace Discovery.Client.Nacos;

/// <summary>What a connection has for one service. The server keeps one set for it, which each request replaces: changes that come while one is under way go together with the next.</summary>
/// <param name="service">The service.</param>
/// <param name="send">Sends a request.</param>
/// <param name="clock">Times the pauses.</param>
/// <param name="ended">The connection is over, and with it all that was registered on it.</param>
internal sealed class PublicationSet(ServiceKey service, Func<ServiceKey, PublishStep, Task> send, TimeProvider clock, CancellationToken ended)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, NacosInstance> _held = new(StringComparer.Ordinal);

    // Those that are to be gone though the server has not said that they are. Whoever asked for it may have given up; the connection goes on, and they would stay as long as it does.
    private readonly HashSet<string> _leaving = new(StringComparer.Ordinal);
    private List<Change> _queue = [];
    private List<Change> _underWay = [];
    private List<NacosInstance> _perhaps = [];
    private TimeSpan _pause = FirstPause;
    private bool _isRunning;
    private bool _isPausing;

    /// <summary>Whether the server has what is held and nothing else, since the last request succeeded.</summary>
    private bool _isSure = true;

    /// <summary>Whether a request got no answer, so that the server may do it later than those that it answered since; until the set was sent once more, a while after one that it did answer.</summary>
    private bool _isUnanswered;

    /// <summary>When one was first answered since; null: none was.</summary>
    private long? _answeredAt;

    /// <summary>Whether the server may have taken a set of several: then one of one is sent as a set too.</summary>
    private bool _wasBatch;

    public ServiceKey Service { get; } = service;

    /// <summary>What the server has taken and is to keep.</summary>
    public IReadOnlyDictionary<string, NacosInstance> Held
    {
        get
        {
            lock (_lock)
            {
                return Wish([]);
            }
        }
    }

    /// <summary>Adds or replaces an instance, or takes one out.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="instance">What it is to be; null: nothing.</param>
    /// <param name="cancellationToken">Ends the wait. One that is new is then taken back; one that was to be taken out is so all the same, as soon as the server answers.</param>
    public async Task PutAsync(string id, NacosInstance? instance, CancellationToken cancellationToken)
    {
        bool isNew;
        Change change = new(id, instance);
        lock (_lock)
        {
            isNew = instance is not null && !IsWanted(id);
            Add(change);
        }

        try
        {
            await change.Done.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested && isNew)
        {
            lock (_lock)
            {
                if (!_queue.Remove(change))
                {
                    Add(new(id, null));
                }
            }

            throw;
        }
    }

    private void Add(Change change)
    {
        _queue.Add(change);
        if (!_isRunning)
        {
            _isRunning = true;
            _ = RunAsync();
        }
    }

    private async Task RunAsync()
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var oneByOne = false;
        while (true)
        {
            List<Change> changes;
            Dictionary<string, NacosInstance> wish;
            lock (_lock)
            {
                if (_queue.Count == 0)
                {
                    _isRunning = false;
                    return;
                }

                changes = _underWay = oneByOne ? [_queue[0]] : _queue;
                _queue = oneByOne ? _queue[1..] : [];
                wish = Wish(changes);
            }

            var sentAt = clock.GetTimestamp();
            var failure = await SendAsync(wish).ConfigureAwait(false);
            lock (_lock)
            {
                _underWay = [];
                if (failure is null)
                {
                    _held.Clear();
                    _leaving.Clear();
                    _pause = FirstPause;
                    foreach (var (id, instance) in wish)
                    {
                        _held.Add(id, instance);
                    }

                    NoteSuccess(sentAt);
                }
                else if (failure is { IsTransient: false } && changes.Count > 1)
                {
                    // One of them is at fault; the others are not to suffer for it.
                    (oneByOne, _queue) = (true, [.. changes, .. _queue]);
                    continue;
                }
                else if (failure is not NacosException { Sort: GrpcError.ConnectionGone })
                {
                    // The server may have what nobody will take out.
                    var isUncertain = failure is NacosException { IsUncertain: true };
                    if (isUncertain)
                    {
                        (_isUnanswered, _answeredAt) = (true, null);
                    }

                    var asked = changes.Where(change => !change.IsRepair).ToArray();
                    _leaving.UnionWith(asked.Where(change => change.Instance is null || (isUncertain && !_held.ContainsKey(change.Id))).Select(change => change.Id));
                    if (isUncertain && asked.Any(change => change.Instance is not null))
                    {
                        _queue.Insert(0, Change.Repair());
                    }

                    GoOnLater();
                }

                oneByOne &= _queue.Count > 0;
            }

            foreach (var change in changes)
            {
                _ = failure is null ? change.Done.TrySetResult() : change.Done.TrySetException(new RegistryException(failure.Message, failure.IsTransient, failure.Connection, failure));
                _ = change.Done.Task.Exception;
            }
        }
    }

    /// <summary>Whether the server may have something else than it is to have, though nobody may come and ask for it.</summary>
    private bool IsUnfinished => _leaving.Count > 0 || _isUnanswered;

    private bool IsWanted(string id)
        => (_queue.FindLast(change => change.Id == id) ?? _underWay.FindLast(change => change.Id == id)) is { } last ? last.Instance is not null : _held.ContainsKey(id) && !_leaving.Contains(id);

    private Dictionary<string, NacosInstance> Wish(IEnumerable<Change> changes)
        => PublishRule.Apply(_held, [.. _leaving.Select(id => (id, (NacosInstance?)null)), .. changes.Where(change => !change.IsRepair).Select(change => (change.Id, change.Instance))]);

    /// <summary>A request that got no answer may be done later than one that was sent after it and got one: then the set is sent once more.</summary>
    private void NoteSuccess(long sentAt)
    {
        if (!_isUnanswered || (_answeredAt is { } answeredAt && clock.GetElapsedTime(answeredAt, sentAt) >= FirstPause))
        {
            (_perhaps, _isSure, _isUnanswered, _answeredAt) = ([], true, false, null);
            return;
        }

        _answeredAt ??= clock.GetTimestamp();
        GoOnLater();
    }

    private void GoOnLater()
    {
        if (IsUnfinished && !_isPausing)
        {
            _isPausing = true;
            _ = GoOnAsync(_pause);
            _pause = _pause * 2 < LongestPause ? _pause * 2 : LongestPause;
        }
    }

    private async Task GoOnAsync(TimeSpan pause)
    {
        await Task.Delay(pause, clock, ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_lock)
        {
            _isPausing = false;
            if (IsUnfinished && !ended.IsCancellationRequested)
            {
                Add(Change.Repair());
            }
        }
    }

    private async Task<RegistryException?> SendAsync(Dictionary<string, NacosInstance> wish)
    {
        PublishStep step;
        lock (_lock)
        {
            step = new([.. _held.Values], _perhaps, wish.Values, _wasBatch, _isSure);
            _isSure = false;

            // Until it succeeds any of them may be there. Servers tell them apart by their addresses, if at all.
            _perhaps = [.. _perhaps.Concat(wish.Values).GroupBy(instance => (instance.Ip, instance.Port)).Select(Together)];
        }

        try
        {
            await send(Service, step).ConfigureAwait(false);
            NoteBatch(wish);
            return null;
        }
        catch (RegistryException error)
        {
            if (error is NacosException { IsUncertain: true })
            {
                NoteBatch(wish);
            }

            return error;
        }
        catch (Exception error)
        {
            return new($"Registering for {Service}: {(error is OperationCanceledException ? "the connection is over." : error.Message)}", innerException: error);
        }
    }

    /// <summary>One for all that may be at an address: where they differ it is none of them.</summary>
    private static NacosInstance Together(IEnumerable<NacosInstance> all)
    {
        var first = all.First();
        return all.All(first.Equals) ? first : first with { Metadata = null };
    }

    /// <summary>Not where it was refused: a server that knows no batches still takes one alone.</summary>
    private void NoteBatch(Dictionary<string, NacosInstance> wish)
    {
        lock (_lock)
        {
            _wasBatch |= wish.Count > 1;
        }
    }

    private sealed class Change(string id, NacosInstance? instance)
    {
        public string Id { get; } = id;

        public NacosInstance? Instance { get; } = instance;

        /// <summary>Whether it changes nothing: it has the server told what it is to have. What that is, is looked up when its turn comes; one that is leaving may be wanted again by then.</summary>
        public bool IsRepair { get; private init; }

        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public static Change Repair() => new("", null) { IsRepair = true };
    }
}
