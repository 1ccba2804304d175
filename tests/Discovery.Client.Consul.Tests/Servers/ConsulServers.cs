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

/// <summary>A server of each version, for tests that leave it running.</summary>
public sealed class SingleConsul() : SharedServers(ConsulServers.Kind, ConsulServers.Newest, ConsulServers.Oldest)
{
    public Task<ServerNode> NodeAsync() => NodeAsync(ConsulServers.Newest);
}

[CollectionDefinition(ConsulServers.Alone)]
public sealed class SingleConsulCollection : ICollectionFixture<SingleConsul>;
