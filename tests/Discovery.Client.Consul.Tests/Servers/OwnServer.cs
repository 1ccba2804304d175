using Discovery.Client.Servers;

namespace Discovery.Client.Consul.Tests.Servers;

/// <summary>Starts servers for one test alone.</summary>
internal static class OwnServer
{
    public static Task<ServerNode> StartAsync(string version = ConsulServers.Newest, params string[] settings)
        => Missing.Skips(ServerNode.StartAsync(ConsulServers.Kind(version), settings, TestContext.Current.CancellationToken));

    public static Task<ServerCluster> StartClusterAsync(string version = ConsulServers.Newest, params string[] settings)
        => Missing.Skips(ServerCluster.StartAsync(ConsulServers.Kind(version), 3, settings, TestContext.Current.CancellationToken));
}
