using Discovery.Client.Servers;

namespace Discovery.Client.Nacos.Tests.Servers;

/// <summary>Starts servers for one test alone.</summary>
internal static class OwnServer
{
    public static Task<ServerNode> StartAsync(string name, params string[] settings)
        => Missing.Skips(ServerNode.StartAsync(NacosServers.Kind(name), settings, TestContext.Current.CancellationToken));

    public static async Task<ServerCluster> StartClusterAsync(string name, params string[] settings)
    {
        var cluster = await Missing.Skips(ServerCluster.StartAsync(NacosServers.Kind(name), 3, [NacosServers.LoadsSoon, .. settings], TestContext.Current.CancellationToken));
        await NacosServers.LoadedAsync(cluster.Nodes);
        return cluster;
    }

    public static Task<Toxiproxy> StartProxiesAsync() => Missing.Skips(Toxiproxy.StartAsync());
}
