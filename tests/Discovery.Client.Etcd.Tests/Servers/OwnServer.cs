using Discovery.Client.Servers;

namespace Discovery.Client.Etcd.Tests.Servers;

/// <summary>Starts servers for one test alone.</summary>
internal static class OwnServer
{
    public static async Task<ServerNode> StartAsync(string version = EtcdServers.Newest, params string[] settings)
    {
        try
        {
            return await ServerNode.StartAsync(EtcdServers.Kind(version), settings, TestContext.Current.CancellationToken);
        }
        catch (ServerUnavailableException missing)
        {
            Assert.Skip(missing.Message);
            throw;
        }
    }

    public static async Task<CutOffCluster> StartCutOffClusterAsync()
    {
        try
        {
            return await CutOffCluster.StartAsync(EtcdServers.Kind(EtcdServers.Newest), TestContext.Current.CancellationToken);
        }
        catch (ServerUnavailableException missing)
        {
            Assert.Skip(missing.Message);
            throw;
        }
    }

    public static async Task<ServerCluster> StartClusterAsync(string version = EtcdServers.Newest, params string[] settings)
    {
        try
        {
            return await ServerCluster.StartAsync(EtcdServers.Kind(version), 3, settings, TestContext.Current.CancellationToken);
        }
        catch (ServerUnavailableException missing)
        {
            Assert.Skip(missing.Message);
            throw;
        }
    }
}
