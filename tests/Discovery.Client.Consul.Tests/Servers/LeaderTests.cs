using System.Net.Http.Json;
using Discovery.Client.Servers;

namespace Discovery.Client.Consul.Tests.Servers;

/// <summary>Three servers whose leader goes, seen by a client agent.</summary>
[Trait("Category", "Long")]
public sealed class LeaderTests
{
    private const string Service = "orders";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(ConsulServers.Versions), MemberType = typeof(ConsulServers))]
    public async Task Leader_KilledThenTheNextPaused_NothingIsLostAndChangesAreSeenAgain(string version)
    {
        await using var cluster = await OwnServer.StartClusterAsync(version);
        await using var agent = await ConsulClientAgent.StartAsync(cluster.Nodes, cancellationToken: Stop);
        await using var backend = BackendTestKit.Create(o => (o.WaitTime, o.RequestTimeout) = (TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(5)), agent.Address);
        Lease? lease = null;
        await Eventually.SucceedsAsync(async () => lease = await backend.RegisterAsync(Wish("first"), Stop));
        using var done = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var seen = FollowAsync(backend, lease!, done.Token);

        var killed = await LeaderAsync(cluster);
        await killed.KillAsync();
        await RecoversAsync(backend, "second");
        await killed.RestartAsync(Stop);

        var paused = await LeaderAsync(cluster);
        await paused.PauseAsync();
        await RecoversAsync(backend, "third");
        await paused.ResumeAsync();

        await RecoversAsync(backend, "fourth");
        await UntilSeenAsync(backend, "first", "second", "third", "fourth");
        await done.CancelAsync();
        Assert.Equal(["first", "second", "third", "fourth"], await seen);
    }

    private static ServiceRegistration Wish(string id) => TestKit.Wish(TestKit.Instance(Service, id), seconds: 300);

    /// <summary>Another instance can be registered and is seen by a new watch, and so is the first.</summary>
    private static async Task RecoversAsync(ConsulRegistryBackend backend, string id)
    {
        await Eventually.SucceedsAsync(async () => await backend.RegisterAsync(Wish(id), Stop), seconds: 120);
        await UntilSeenAsync(backend, "first", id);
    }

    private static Task UntilSeenAsync(ConsulRegistryBackend backend, params string[] ids)
        => Eventually.SucceedsAsync(
            async () =>
            {
                await using var lists = backend.WatchAsync(new(Service), null, Stop).GetAsyncEnumerator(Stop);
                await lists.UntilAsync(list => ids.All(id => list.Instances.Any(instance => instance.InstanceId == id)));
            },
            error => error is RegistryException { IsTransient: true } or TimeoutException,
            seconds: 120);

    /// <summary>Watches and renews through it all, as an engine would: a failure is followed by another attempt, and what is never to be seen ends the test.</summary>
    /// <returns>The ids in the order in which they were first seen.</returns>
    private static async Task<IReadOnlyList<string>> FollowAsync(ConsulRegistryBackend backend, Lease lease, CancellationToken stop)
    {
        var ids = new List<string>();
        while (true)
        {
            try
            {
                await backend.RenewAsync(lease.Group, stop);
                await foreach (var list in backend.WatchAsync(new(Service), null, stop))
                {
                    // What came later may be missing for a moment: a leader that stood still answers as one until it knows that there is another.
                    Assert.Contains(list.Instances, instance => instance is { InstanceId: "first", Status: ServiceStatus.Up });
                    ids.AddRange(list.Instances.Select(instance => instance.InstanceId).Except(ids));
                }
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return ids;
            }
            catch (RegistryException error) when (error is not LeaseLostException)
            {
                Assert.True(error.IsTransient, error.Message);
                await Task.Delay(200, CancellationToken.None);
            }
        }
    }

    private static async Task<ServerNode> LeaderAsync(ServerCluster cluster)
    {
        ServerNode? leader = null;
        await Eventually.SucceedsAsync(
            async () =>
            {
                foreach (var node in cluster.Nodes)
                {
                    using var http = new HttpClient { BaseAddress = node.Address, Timeout = TimeSpan.FromSeconds(5) };
                    var address = await http.GetFromJsonAsync<string>("/v1/status/leader", Stop);

                    // Servers listen two ports above the one for clients.
                    leader = cluster.Nodes.SingleOrDefault(server => address == $"127.0.0.1:{server.Port + 2}");
                    Assert.NotNull(leader);
                }
            },
            _ => true);
        return leader!;
    }
}
