using Discovery.Client.Nacos.Tests.Servers;
using Discovery.Client.Servers;

namespace Discovery.Client.Nacos.Tests.Conformance;

/// <summary>The servers behind one class of conformance tests, started once, with a proxy before the node that is asked.</summary>
public abstract class NacosSetup : IAsyncLifetime
{
    private readonly List<IAsyncDisposable> _owned = [];

    /// <summary><c>nacos2</c>, <c>nacos3</c> or <c>rnacos</c>.</summary>
    public abstract string Kind { get; }

    public abstract NacosTransport Transport { get; }

    /// <summary>Whether there are 3 nodes rather than one.</summary>
    public virtual bool IsCluster => false;

    /// <summary>Whether the API of Nacos 1 is switched off, so that only the newest is left over HTTP.</summary>
    public virtual bool WithoutV1 => false;

    public string Name => $"{NacosServers.Kind(Kind).Name} over {Transport}{(WithoutV1 ? " v3" : "")}, {(IsCluster ? "3 nodes" : "1 node")}";

    /// <summary>The nodes; the first is the one that is asked.</summary>
    public IReadOnlyList<ServerNode> Nodes { get; private set; } = [];

    public ToxicProxy? Proxy { get; private set; }

    /// <summary>Why there is no server.</summary>
    public string? Missing { get; private set; }

    public async ValueTask InitializeAsync()
    {
        try
        {
            var kind = NacosServers.Kind(Kind);
            string[] settings = WithoutV1 ? [NacosServers.WithoutV1] : [];
            Nodes = IsCluster ? Own(await ServerCluster.StartAsync(kind, settings: settings)).Nodes : [Own(await ServerNode.StartAsync(kind, settings))];
            var proxies = Own(await Toxiproxy.StartAsync());
            Proxy = await proxies.CreateProxyAsync(Nodes[0].Port, [1000]);
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
