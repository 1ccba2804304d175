namespace Discovery.Client.Nacos;

/// <summary>What the operations of one backend share.</summary>
internal sealed class NacosBackendParts(NacosOptions options, INacosTransport transport, TimeProvider timeProvider)
{
    private readonly Epochs _epochs = new();
    private long _number;

    public NacosOptions Options { get; } = options;

    public INacosTransport Transport { get; } = transport;

    public TimeProvider TimeProvider { get; } = timeProvider;

    /// <summary>An epoch that no list of this backend had before. Nacos has no versions: the number within is the order in which lists came.</summary>
    public ulong NextEpoch() => _epochs.Next();

    /// <summary>The number of a registration: greater than every one before it, those of the process that was here before included as far as clocks can tell.</summary>
    public long NextNumber()
    {
        for (var last = Volatile.Read(ref _number); ;)
        {
            var next = Math.Max(last + 1, TimeProvider.GetUtcNow().ToUnixTimeMilliseconds());
            var seen = Interlocked.CompareExchange(ref _number, next, last);
            if (seen == last)
            {
                return next;
            }

            last = seen;
        }
    }

    public ServiceKey Key(ServiceQuery query) => Key(query.Namespace, query.Group, query.Name);

    public ServiceKey Key(ServiceRegistration registration) => Key(registration.Namespace, registration.Group, registration.Instance.ServiceName);

    private ServiceKey Key(string? namespaceId, string? group, string name)
        => new(string.IsNullOrEmpty(namespaceId) ? Options.Namespace : namespaceId, string.IsNullOrEmpty(group) ? Options.Group : group, WireName.Encode(name));
}
