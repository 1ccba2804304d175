namespace Discovery.Client.Etcd;

/// <summary>What the operations of one backend share.</summary>
internal sealed class EtcdBackendParts(EtcdOptions options, EtcdClient client, WatchHub watches, TimeProvider timeProvider)
{
    private readonly Epochs _epochs = new();

    public EtcdOptions Options { get; } = options;

    public EtcdClient Client { get; } = client;

    public WatchHub Watches { get; } = watches;

    public KeyLayout Layout { get; } = new(options.KeyPrefix);

    public TimeProvider TimeProvider { get; } = timeProvider;

    /// <summary>An epoch that no list of this backend had before.</summary>
    public ulong NextEpoch() => _epochs.Next();
}
