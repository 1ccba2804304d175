using Discovery.Client.Servers;

namespace Discovery.Client.Nacos.Tests.Servers;

/// <summary>Starts servers for one test alone.</summary>
internal static class OwnServer
{
    public static Task<ServerNode> StartAsync(string name, params string[] settings)
        => OrSkip(ServerNode.StartAsync(NacosServers.Kind(name), settings, TestContext.Current.CancellationToken));

    public static Task<ServerCluster> StartClusterAsync(string name, params string[] settings)
        => OrSkip(ServerCluster.StartAsync(NacosServers.Kind(name), 3, settings, TestContext.Current.CancellationToken));

    public static Task<Toxiproxy> StartProxiesAsync() => OrSkip(Toxiproxy.StartAsync());

    /// <summary>A peer or a server that is not there skips the test.</summary>
    public static async Task<T> OrSkip<T>(Task<T> start)
    {
        try
        {
            return await start;
        }
        catch (ServerUnavailableException missing)
        {
            Assert.Skip(missing.Message);
            throw;
        }
    }
}
