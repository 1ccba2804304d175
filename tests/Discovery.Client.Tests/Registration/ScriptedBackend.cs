namespace Discovery.Client.Tests.Registration;

/// <summary>A registry that does what the test says. It expires leases, like a real one, and notes every call.</summary>
internal sealed class ScriptedBackend(TimeProvider time) : IRegistryBackend
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Record> _records = [];
    private int _groups;

    public RegistryCapabilities Capabilities { get; set; } = RegistryCapabilities.Register;

    /// <summary>Runs before every call; throws or waits to make it fail.</summary>
    public Func<string, CancellationToken, ValueTask> Before { get; set; } = (_, _) => ValueTask.CompletedTask;

    /// <summary>Runs after a registration was taken and before it is answered.</summary>
    public Func<CancellationToken, ValueTask> BeforeRegisterAnswer { get; set; } = _ => ValueTask.CompletedTask;

    /// <summary>All registrations share one group when set, as on etcd.</summary>
    public bool OneGroup { get; set; }

    public Func<string, TimeSpan, LeaseGroup> MakeGroup { get; set; } = (id, ttl) => new LeaseGroup(id, ttl, ttl / 3);

    public List<(string Call, DateTimeOffset At, string Id)> Calls { get; } = [];

    public int Concurrent { get; private set; }

    public int MostConcurrent { get; private set; }

    public IReadOnlyDictionary<string, ServiceRegistration> Live
    {
        get
        {
            lock (_lock)
            {
                return _records.Where(pair => pair.Value.Expires > time.GetUtcNow()).ToDictionary(pair => pair.Key, pair => pair.Value.Registration);
            }
        }
    }

    public LeaseGroup? GroupOf(string id) => _records.GetValueOrDefault(id)?.Group;

    public int Count(string call) => Calls.Count(item => item.Call == call);

    public void Wipe()
    {
        lock (_lock)
        {
            _records.Clear();
        }
    }

    public async ValueTask<Lease> RegisterAsync(ServiceRegistration registration, CancellationToken cancellationToken)
    {
        var id = registration.Instance.InstanceId;
        using var call = await EnterAsync("register", id, cancellationToken);
        LeaseGroup group;
        lock (_lock)
        {
            group = (OneGroup ? _records.Values.FirstOrDefault(record => record.Expires > time.GetUtcNow())?.Group : _records.GetValueOrDefault(id)?.Group)
                ?? MakeGroup($"g{++_groups}", registration.TimeToLive);
            _records[id] = new Record(registration, group, time.GetUtcNow() + group.TimeToLive);
        }

        await BeforeRegisterAnswer(cancellationToken);
        return new Lease(group, registration);
    }

    public async ValueTask RenewAsync(LeaseGroup group, CancellationToken cancellationToken)
    {
        using var call = await EnterAsync("renew", group.Id, cancellationToken);
        lock (_lock)
        {
            var live = _records.Where(pair => pair.Value.Group == group && pair.Value.Expires > time.GetUtcNow()).Select(pair => pair.Key).ToArray();
            if (live.Length == 0)
            {
                foreach (var dead in _records.Where(pair => pair.Value.Group == group).Select(pair => pair.Key).ToArray())
                {
                    _records.Remove(dead);
                }

                throw new LeaseLostException($"unknown lease {group.Id}");
            }

            foreach (var id in live)
            {
                _records[id] = _records[id] with { Expires = time.GetUtcNow() + group.TimeToLive };
            }
        }
    }

    public async ValueTask DeregisterAsync(Lease lease, CancellationToken cancellationToken)
    {
        using var call = await EnterAsync("deregister", lease.Registration.Instance.InstanceId, cancellationToken);
        lock (_lock)
        {
            _records.Remove(lease.Registration.Instance.InstanceId);
        }
    }

    public ValueTask<ServiceSnapshot> ReadAsync(ServiceQuery query, CancellationToken cancellationToken) => throw new NotSupportedException();

    public IAsyncEnumerable<ServiceSnapshot> WatchAsync(ServiceQuery query, ServiceSnapshot? last, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async ValueTask<Call> EnterAsync(string call, string id, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            Calls.Add((call, time.GetUtcNow(), id));
            MostConcurrent = Math.Max(MostConcurrent, ++Concurrent);
        }

        try
        {
            await Before(call, cancellationToken);
            return new Call(this);
        }
        catch
        {
            Leave();
            throw;
        }
    }

    private void Leave()
    {
        lock (_lock)
        {
            Concurrent--;
        }
    }

    private sealed record Record(ServiceRegistration Registration, LeaseGroup Group, DateTimeOffset Expires);

    private sealed class Call(ScriptedBackend owner) : IDisposable
    {
        public void Dispose() => owner.Leave();
    }
}
