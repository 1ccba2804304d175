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

/// <summary>One server, started when a test first asks for it. Tests here leave it running and use service names of their own.</summary>
public sealed class SingleEtcd : IAsyncDisposable
{
    private readonly Lazy<Task<ServerNode>> _node = new(() => ServerNode.StartAsync(ServerKind.Etcd));

    public async Task<ServerNode> NodeAsync()
    {
        try
        {
            return await _node.Value;
        }
        catch (ServerUnavailableException missing)
        {
            Assert.Skip(missing.Message);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_node is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
        {
            await (await _node.Value).DisposeAsync();
        }
    }
}

[CollectionDefinition(EtcdServers.Alone)]
public sealed class SingleEtcdCollection : ICollectionFixture<SingleEtcd>;
