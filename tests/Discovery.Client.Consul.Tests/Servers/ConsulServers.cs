using Discovery.Client.Servers;

namespace Discovery.Client.Consul.Tests.Servers;

/// <summary>The servers that tests share.</summary>
public static class ConsulServers
{
    public const string Alone = "Single Consul servers";

    public const string Newest = "1.22.5";

    public const string Oldest = "1.8.7";

    public static TheoryData<string> Versions => [Newest, Oldest];

    public static ServerKind Kind(string version) => version == Oldest ? ServerKind.Consul18 : ServerKind.Consul;
}

/// <summary>One server of each version, started when a test first asks for it. Tests here leave it running and use service names of their own.</summary>
public sealed class SingleConsul : IAsyncDisposable
{
    private readonly Dictionary<string, Lazy<Task<ServerNode>>> _nodes = new[] { ConsulServers.Newest, ConsulServers.Oldest }
        .ToDictionary(version => version, version => new Lazy<Task<ServerNode>>(() => ServerNode.StartAsync(ConsulServers.Kind(version))));

    public async Task<ServerNode> NodeAsync(string version = ConsulServers.Newest)
    {
        try
        {
            return await _nodes[version].Value;
        }
        catch (ServerUnavailableException missing)
        {
            Assert.Skip(missing.Message);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes.Values.Where(node => node is { IsValueCreated: true, Value.IsCompletedSuccessfully: true }))
        {
            await (await node.Value).DisposeAsync();
        }
    }
}

[CollectionDefinition(ConsulServers.Alone)]
public sealed class SingleConsulCollection : ICollectionFixture<SingleConsul>;
