using System.Security.Cryptography;

namespace Discovery.Client.Etcd;

/// <summary>What the operations of one backend share.</summary>
internal sealed class EtcdBackendParts(EtcdOptions options, EtcdClient client, WatchHub watches, TimeProvider timeProvider)
{
    // By chance, so that the epochs of two clients of one registry differ: a list of one may be the other's last.
    private ulong _epoch = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))) >> 1;

    public EtcdOptions Options { get; } = options;

    public EtcdClient Client { get; } = client;

    public WatchHub Watches { get; } = watches;

    public KeyLayout Layout { get; } = new(options.KeyPrefix);

    public TimeProvider TimeProvider { get; } = timeProvider;

    /// <summary>An epoch that no list of this backend had before.</summary>
    public ulong NextEpoch() => Interlocked.Increment(ref _epoch);
}
