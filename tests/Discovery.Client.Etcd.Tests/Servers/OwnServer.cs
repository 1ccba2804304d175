using Discovery.Client.Servers;

namespace Discovery.Client.Etcd.Tests.Servers;

/// <summary>Starts servers for one test alone.</summary>
internal static class OwnServer
{
    public static Task<ServerNode> StartAsync(string version = EtcdServers.Newest, params string[] settings)
        => Missing.Skips(ServerNode.StartAsync(EtcdServers.Kind(version), settings, TestContext.Current.CancellationToken));

    public static Task<CutOffCluster> StartCutOffClusterAsync()
        => Missing.Skips(CutOffCluster.StartAsync(EtcdServers.Kind(EtcdServers.Newest), TestContext.Current.CancellationToken));

    public static Task<ServerCluster> StartClusterAsync(string version = EtcdServers.Newest, params string[] settings)
        => Missing.Skips(ServerCluster.StartAsync(EtcdServers.Kind(version), 3, settings, TestContext.Current.CancellationToken));
}
