using Discovery.Client.Consul.Tests.Servers;
using Discovery.Client.Servers;

namespace Discovery.Client.Consul.Tests.Conformance;

/// <summary>One server of Consul, or 3 and a client agent, which is then the one that is asked.</summary>
public abstract class ConsulSetup : ServerSetup
{
    private ServerNode? _agent;

    public abstract string Version { get; }

    public override string Name => $"Consul {Version}, {(IsCluster ? "3 servers and a client agent" : "1 server")}";

    public override ServerNode Asked => _agent!;

    /// <summary>
    /// An agent whose last synchronisation failed, as while it starts, tells the catalog of expired checks only after its next full synchronisation, 15 to 30 s later.
    /// The tests of expiry are not about that, so this waits until an expiry travels by itself: the canary was up after the last word to the agent, and is down now.
    /// </summary>
    public override async Task SettleAsync()
    {
        await using var backend = BackendTestKit.Create(Asked.Address);
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

    protected override async Task StartAsync()
    {
        var servers = await StartNodesAsync(ConsulServers.Kind(Version));
        _agent = IsCluster ? Own(await ConsulClientAgent.StartAsync(servers)) : servers[0];
    }
}
