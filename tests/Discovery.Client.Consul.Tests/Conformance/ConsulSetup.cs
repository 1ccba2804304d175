using Discovery.Client.Consul.Tests.Servers;
using Discovery.Client.Servers;

namespace Discovery.Client.Consul.Tests.Conformance;

/// <summary>The servers behind one class of conformance tests, started once, with a proxy before the agent that is asked.</summary>
public abstract class ConsulSetup : IAsyncLifetime
{
    private readonly List<IAsyncDisposable> _owned = [];

    public abstract string Version { get; }

    /// <summary>Whether there are 3 servers and a client agent rather than one server.</summary>
    public abstract bool IsCluster { get; }

    public string Name => $"Consul {Version}, {(IsCluster ? "3 servers and a client agent" : "1 server")}";

    /// <summary>The agent that is asked.</summary>
    public ServerNode? Agent { get; private set; }

    public ToxicProxy? Proxy { get; private set; }

    /// <summary>Why there is no server.</summary>
    public string? Missing { get; private set; }

    public async ValueTask InitializeAsync()
    {
        try
        {
            if (IsCluster)
            {
                var cluster = Own(await ServerCluster.StartAsync(ConsulServers.Kind(Version)));
                Agent = Own(await ConsulClientAgent.StartAsync(cluster.Nodes));
            }
            else
            {
                Agent = Own(await ServerNode.StartAsync(ConsulServers.Kind(Version)));
            }

            var proxies = Own(await Toxiproxy.StartAsync());
            Proxy = await proxies.CreateProxyAsync(Agent.Port);
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

    /// <summary>
    /// An agent whose last synchronisation failed, as while it starts, tells the catalog of expired checks only after its next full synchronisation, 15 to 30 s later.
    /// The tests of expiry are not about that, so this waits until an expiry travels by itself: the canary was up after the last word to the agent, and is down now.
    /// </summary>
    public async Task SettleAsync()
    {
        await using var backend = BackendTestKit.Create(Agent!.Address);
        var canary = TestKit.Instance("canary");
        await Eventually.SucceedsAsync(
            async () =>
            {
                await backend.RegisterAsync(TestKit.Wish(canary, seconds: 1), CancellationToken.None);
                await using var lists = backend.WatchAsync(new(canary.ServiceName), null, CancellationToken.None).GetAsyncEnumerator(CancellationToken.None);

                // A registration that took long is expired, and says so itself.
                var first = await lists.UntilAsync(_ => true);
                if (first.Instances is not [{ Status: ServiceStatus.Up }])
                {
                    throw new RegistryException("The canary was down before it was seen to be up.");
                }

                await lists.UntilAsync(list => list.Instances is [{ Status: ServiceStatus.Down }], seconds: 60);
            },
            error => error is RegistryException);
    }

    private T Own<T>(T owned)
        where T : IAsyncDisposable
    {
        _owned.Add(owned);
        return owned;
    }
}
