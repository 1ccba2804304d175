using Discovery.Client.Servers;

namespace Discovery.Client.Adapters.Tests;

/// <summary>The servers behind one class of conformance tests, started once, with a proxy before the node that is asked.</summary>
public abstract class ServerSetup : IAsyncLifetime
{
    private readonly List<IAsyncDisposable> _owned = [];

    /// <summary>What the servers are, for people.</summary>
    public abstract string Name { get; }

    /// <summary>Whether there are several nodes rather than one.</summary>
    public abstract bool IsCluster { get; }

    /// <summary>The node that is asked.</summary>
    public abstract ServerNode Asked { get; }

    public ToxicProxy? Proxy { get; private set; }

    /// <summary>Why there is no server.</summary>
    public string? Missing { get; private set; }

    /// <summary>Distances from the asked node's port of further ports that go through the proxy too.</summary>
    protected virtual IReadOnlyList<int> ProxiedOffsets => [];

    public async ValueTask InitializeAsync()
    {
        try
        {
            await StartAsync();
            var proxies = Own(await Toxiproxy.StartAsync());
            Proxy = await proxies.CreateProxyAsync(Asked.Port, ProxiedOffsets);
            await SettleAsync();
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

    /// <summary>Waits until the servers behave as if they had always been there.</summary>
    public virtual Task SettleAsync() => Task.CompletedTask;

    /// <summary>Starts the servers.</summary>
    protected abstract Task StartAsync();

    /// <summary>The nodes of a cluster, or one alone; they end with this.</summary>
    protected async Task<IReadOnlyList<ServerNode>> StartNodesAsync(ServerKind kind, IReadOnlyList<string>? settings = null)
        => IsCluster ? Own(await ServerCluster.StartAsync(kind, settings: settings)).Nodes : [Own(await ServerNode.StartAsync(kind, settings))];

    protected T Own<T>(T owned)
        where T : IAsyncDisposable
    {
        _owned.Add(owned);
        return owned;
    }
}
