using Discovery.Client.Servers;

namespace Discovery.Client.Etcd.Tests.Servers;

/// <summary>The servers that tests share.</summary>
public static class EtcdServers
{
    public const string Alone = "Single etcd servers";

    public const string Newest = "3.6.16";

    public const string Middle = "3.5.16";

    public const string Oldest = "3.4.23";

    public static ServerKind Kind(string version) => version switch
    {
        Oldest => ServerKind.Etcd34,
        Middle => ServerKind.Etcd35,
        _ => ServerKind.Etcd,
    };
}

/// <summary>The newest server, for tests that leave it running.</summary>
public sealed class SingleEtcd() : SharedServers(EtcdServers.Kind, EtcdServers.Newest)
{
    public Task<ServerNode> NodeAsync() => NodeAsync(EtcdServers.Newest);
}

[CollectionDefinition(EtcdServers.Alone)]
public sealed class SingleEtcdCollection : ICollectionFixture<SingleEtcd>;
