using Discovery.Client.Etcd.Tests.Servers;
using Discovery.Client.Servers;

namespace Discovery.Client.Etcd.Tests.Conformance;

/// <summary>The servers behind one class of conformance tests, started once, with a proxy before the member that is asked.</summary>
public abstract class EtcdSetup : IAsyncLifetime
{
    private readonly List<IAsyncDisposable> _owned = [];

    public abstract string Version { get; }

    /// <summary>Whether there are 3 members rather than one.</summary>
    public abstract bool IsCluster { get; }

    public string Name => $"etcd {Version}, {(IsCluster ? "3 members" : "1 member")}";

    /// <summary>The members; the first is the one that is asked.</summary>
    public IReadOnlyList<ServerNode> Members { get; private set; } = [];

    public ToxicProxy? Proxy { get; private set; }

    /// <summary>Why there is no server.</summary>
    public string? Missing { get; private set; }

    public async ValueTask InitializeAsync()
    {
        try
        {
            Members = IsCluster
                ? Own(await ServerCluster.StartAsync(EtcdServers.Kind(Version))).Nodes
                : [Own(await ServerNode.StartAsync(EtcdServers.Kind(Version)))];
            var proxies = Own(await Toxiproxy.StartAsync());
            Proxy = await proxies.CreateProxyAsync(Members[0].Port);
        }
        catch (ServerUnavailableException missing)
        {
            Missing = missing.Message;
        }
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        foreach (var owned in Enumerable.Reverse(_owned))
        {
            await owned.DisposeAsync();
        }
    }

    private T Own<T>(T owned)
        where T : IAsyncDisposable
    {
        _owned.Add(owned);
        return owned;
    }
}
