using Discovery.Client.Conformance;

namespace Discovery.Client.Nacos.Tests.Servers;

/// <summary>Servers that end and come back.</summary>
public sealed class RestartTests
{
    private const int Count = 500;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(ConsoleTests.All), MemberType = typeof(ConsoleTests))]
    [Trait("Category", NacosServers.LongForm)]
    public async Task Server_RestartedWithNothing_FiveHundredRegistrationsComeBack(string server, NacosTransport transport)
    {
        await using var node = await OwnServer.StartAsync(server);
        using var admin = new NacosAdmin(node);
        await using var provider = BackendTestKit.Create(transport, node.Address);
        ServiceRegistration[] wishes = [.. Enumerable.Range(0, Count).Select(i => TestKit.Wish(TestKit.Instance($"many-{i % 5}", $"i{i}", 9000 + i), 60))];
        var leases = new Lease?[Count];
        await KeepAsync(provider, wishes, leases);
        await ListedAsync(admin);

        await node.WipeAsync(Stop);
        await Eventually.SucceedsAsync(() => KeepAsync(provider, wishes, leases), seconds: 90);

        await Eventually.SucceedsAsync(
            async () =>
            {
                await KeepAsync(provider, wishes, leases);
                await ListedAsync(admin);
            },
            mayFail: error => error is not OperationCanceledException,
            seconds: 60);
    }

    [Theory]
    [InlineData("nacos2", NacosTransport.Http)]
    [InlineData("nacos3", NacosTransport.Grpc)]
    [InlineData("nacos2", NacosTransport.Grpc)]
    [InlineData("nacos3", NacosTransport.Http)]
    [Trait("Category", NacosServers.LongForm)]
    public async Task PersistentInstance_ServerRestarted_IsStillThereUntilItIsTakenOut(string server, NacosTransport transport)
    {
        await using var node = await OwnServer.StartAsync(server);
        await using var backend = BackendTestKit.Create(transport, options => options.Ephemeral = false, node.Address);
        var one = TestKit.Instance("lasting", "one");
        var lease = await backend.RegisterAsync(TestKit.Wish(one), Stop);
        await using var probe = new WatchProbe(backend, new("lasting"));
        await probe.UntilAsync(list => list.Instances.Length == 1, TimeSpan.FromSeconds(20), "one", Stop);
        await node.RestartAsync(Stop);

        await Eventually.SucceedsAsync(async () => Assert.Single((await backend.ReadAsync(new("lasting"), Stop)).Instances), mayFail: _ => true);
        await Eventually.SucceedsAsync(async () => await backend.DeregisterAsync(lease, Stop));

        await probe.UntilAsync(list => list.Instances.IsEmpty, TimeSpan.FromSeconds(20), "nothing", Stop);
    }

    /// <summary>What the engine does, in small: what is lost is registered again, by a few at a time.</summary>
    private static async Task KeepAsync(NacosRegistryBackend backend, ServiceRegistration[] wishes, Lease?[] leases)
        => await Parallel.ForEachAsync(Enumerable.Range(0, wishes.Length), new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Stop }, async (i, stop) =>
        {
            try
            {
                if (leases[i] is { } lease && !lease.Group.Lost.IsCancellationRequested)
                {
                    await (lease.Group.RenewEvery is null ? ValueTask.CompletedTask : backend.RenewAsync(lease.Group, stop));
                    return;
                }
            }
            catch (LeaseLostException)
            {
                // As below.
            }

            leases[i] = null;
            leases[i] = await backend.RegisterAsync(wishes[i], stop);
        });

    private static async Task ListedAsync(NacosAdmin admin)
    {
        for (var service = 0; service < 5; service++)
        {
            var name = $"many-{service}";
            await Eventually.SucceedsAsync(async () => Assert.Equal(Count / 5, (await admin.HostsAsync(name)).Count), mayFail: error => error is Xunit.Sdk.XunitException, seconds: 10);
        }
    }
}
