using Discovery.Client.Conformance;

namespace Discovery.Client.Nacos.Tests.Servers;

/// <summary>Three nodes and what becomes of clients when one of them ends.</summary>
[Trait("Category", NacosServers.LongForm)]
public sealed class ClusterTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60) + NacosServers.LongestDeafness;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(ConsoleTests.All), MemberType = typeof(ConsoleTests))]
    public async Task Node_InUseEnds_NothingIsLostAndRegistrationsGoThrough(string server, NacosTransport transport)
    {
        await using var cluster = await OwnServer.StartClusterAsync(server);
        Uri[] all = [.. cluster.Nodes.Select(node => node.Address)];
        await using var provider = BackendTestKit.Create(transport, all);
        await using var consumer = BackendTestKit.Create(transport, all[1], all[2]);
        ServiceRegistration[] wishes = [.. Enumerable.Range(0, 9).Select(i => TestKit.Wish(TestKit.Instance("orders", $"i{i}", 9000 + i)))];
        RegistrationProbe[] keepers = [.. wishes.Select(wish => new RegistrationProbe(provider, wish))];
        try
        {
            await using var probe = new WatchProbe(consumer, new("orders"));
            await probe.UntilAsync(list => list.Instances.Length == 9, Patience, "nine", Stop);
            var seen = probe.Seen.Count;

            await cluster.Nodes[0].KillAsync();

            // While nodes do not know yet that one is gone, a third of the writes fail.
            for (var i = 9; i < 15; i++)
            {
                var wish = TestKit.Wish(TestKit.Instance("orders", $"i{i}", 9000 + i), 120);
                await Eventually.SucceedsAsync(async () => await provider.RegisterAsync(wish, Stop));
            }

            await probe.UntilAsync(list => list.Instances.Length == 15, Patience, "fifteen", Stop);
            Assert.All(probe.Seen.Skip(seen), list => Assert.True(list.Instances.Length >= 9, $"{list.Instances.Length} instances"));
        }
        finally
        {
            foreach (var keeper in keepers)
            {
                await keeper.DisposeAsync();
            }
        }
    }

    /// <summary>Without the API of Nacos 1 no node passes anything on: every one is told, and none keeps what is gone.</summary>
    [Fact]
    public async Task V3_EveryNodeIsTold_AndLetsGo()
    {
        await using var cluster = await OwnServer.StartClusterAsync("nacos3", NacosServers.WithoutV1);
        Uri[] all = [.. cluster.Nodes.Select(node => node.Address)];
        await using var provider = BackendTestKit.Create(NacosTransport.Http, all);
        NacosRegistryBackend[] readers = [.. all.Select(node => BackendTestKit.Create(NacosTransport.Http, node))];
        async Task EachReadsAsync(int count)
        {
            foreach (var reader in readers)
            {
                await Eventually.SucceedsAsync(async () => Assert.Equal(count, (await reader.ReadAsync(new("orders"), Stop)).Instances.Length), mayFail: error => error is Xunit.Sdk.XunitException, seconds: (int)Patience.TotalSeconds);
            }
        }

        // Enough ports for each node to be responsible for some.
        var leases = new List<Lease>();
        for (var i = 0; i < 9; i++)
        {
            leases.Add(await provider.RegisterAsync(TestKit.Wish(TestKit.Instance("orders", $"i{i}", 9000 + i), i < 3 ? 3 : 120), Stop));
        }

        await EachReadsAsync(9);
        await EachReadsAsync(6);
        foreach (var lease in leases.Skip(3))
        {
            await provider.DeregisterAsync(lease, Stop);
        }

        await EachReadsAsync(0);
        foreach (var reader in readers)
        {
            await reader.DisposeAsync();
        }
    }
}
