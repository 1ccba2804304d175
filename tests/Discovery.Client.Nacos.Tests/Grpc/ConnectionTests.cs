using Discovery.Client.Conformance;
using Discovery.Client.Nacos.Tests.Servers;
using Microsoft.Extensions.Logging.Abstractions;

namespace Discovery.Client.Nacos.Tests.Grpc;

/// <summary>The connection, on real servers: it is the lease, so there is one.</summary>
[Collection(NacosServers.Alone)]
public sealed class ConnectionTests(SingleNacos servers)
{
    private static readonly ServiceKey Service = new("public", "DEFAULT_GROUP", "connection-tests");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(NacosServers.Versions), MemberType = typeof(NacosServers))]
    public async Task Connection_StreamAnd500Calls_IsOne(string kind)
    {
        var node = await servers.NodeAsync(kind);
        await using var backend = BackendTestKit.Create(NacosTransport.Grpc, node.Address);
        var transport = (GrpcTransport)backend.Transport;

        var connections = await Task.WhenAll(Enumerable.Range(0, 500).Select(async _ =>
        {
            await transport.QueryAsync(Service, Cancelled);
            return await transport.Connections.CurrentAsync("public", Cancelled);
        }));

        var connection = Assert.Single(connections.Distinct());
        Assert.Equal(1, connection.Dials);
        Assert.Null(connection.End);
    }

    [Theory]
    [InlineData("nacos2", true)]
    [InlineData("nacos2", false)]
    [InlineData("nacos3", true)]
    [InlineData("nacos3", false)]
    [InlineData("rnacos", true)]
    public async Task Handshake_WithAndWithoutAbilities_RegistersAtOnce(string kind, bool negotiates)
    {
        var node = await servers.NodeAsync(kind);
        var options = new NacosOptions { Endpoints = [node.Address] };
        var tls = new BackendTls(new(), TimeProvider.System, NullLogger.Instance);
        var context = new GrpcContext(options, tls, new NoCredentials(), TimeProvider.System, NullLogger.Instance) { NegotiatesAbilities = negotiates };
        await using var transport = new GrpcTransport(context, new EndpointSet([node.Address], 0, TimeProvider.System, NullLogger.Instance));
        var record = new NacosInstance { Ip = "10.9.8.7", Port = 80, ClusterName = "DEFAULT" };

        var group = await transport.RegisterAsync(new(Service with { Name = $"handshake-{Guid.NewGuid():N}" }, "one", record, TimeSpan.FromSeconds(15)), Cancelled);

        Assert.False(group.Lost.IsCancellationRequested);
        Assert.Null(group.RenewEvery);
    }

    [Theory]
    [MemberData(nameof(NacosServers.Versions), MemberType = typeof(NacosServers))]
    [Trait("Category", NacosServers.LongForm)]
    public async Task Connection_Idle_IsStillThereAfterTheServersLookForIdleOnes(string kind)
    {
        var node = await servers.NodeAsync(kind);
        await using var backend = BackendTestKit.Create(NacosTransport.Grpc, node.Address);
        var lease = await backend.RegisterAsync(TestKit.Wish(TestKit.Instance($"idle-{Guid.NewGuid():N}")), Cancelled);

        // Twice the time after which a server asks connections for a sign of life.
        var lost = new TaskCompletionSource();
        await using var registered = lease.Group.Lost.Register(() => lost.TrySetResult());
        await Task.WhenAny(lost.Task, Task.Delay(TimeSpan.FromSeconds(45), Cancelled));

        Assert.False(lease.Group.Lost.IsCancellationRequested);
    }

    [Theory]
    [MemberData(nameof(NacosServers.Versions), MemberType = typeof(NacosServers))]
    public async Task Connection_ServerWantsItElsewhere_MovesAndNothingIsMissingMeanwhile(string kind)
    {
        var node = await servers.NodeAsync(kind);
        using var admin = new NacosAdmin(node);
        await using var provider = BackendTestKit.Create(NacosTransport.Grpc, node.Address);
        await using var consumer = BackendTestKit.Create(NacosTransport.Grpc, node.Address);
        var wish = TestKit.Wish(TestKit.Instance($"moved-{Guid.NewGuid():N}"));
        await using var keeper = new RegistrationProbe(provider, wish);
        await using var probe = new WatchProbe(consumer, new(wish.Instance.ServiceName));
        await probe.UntilAsync(list => list.Instances.Length == 1, TimeSpan.FromSeconds(20), "one", Cancelled);
        var connections = ((GrpcTransport)provider.Transport).Connections;
        var first = await connections.CurrentAsync("public", Cancelled);
        var seen = probe.Seen.Count;

        await admin.ResetAsync(first.Id);

        await Eventually.TrueAsync(() => keeper.Registered == 2, "the registration on another connection");
        Assert.NotSame(first, await connections.CurrentAsync("public", Cancelled));
        await Eventually.TrueAsync(() => first.End is not null, "the end of the old connection");

        // What the old one had goes half a second after it.
        await Eventually.SucceedsAsync(async () => Assert.Single((await admin.HostsAsync(wish.Instance.ServiceName))), mayFail: error => error is Xunit.Sdk.XunitException);
        Assert.All(probe.Seen.Skip(seen), list => Assert.Single(list.Instances));
        Assert.Empty(probe.Errors);
    }

    [Theory]
    [MemberData(nameof(NacosServers.Versions), MemberType = typeof(NacosServers))]
    public async Task Connection_ClosedUnderneath_LosesItsLeasesAndTheNextOneServes(string kind)
    {
        var node = await servers.NodeAsync(kind);
        await using var backend = BackendTestKit.Create(NacosTransport.Grpc, node.Address);
        var wish = TestKit.Wish(TestKit.Instance($"closed-{Guid.NewGuid():N}"));
        var lease = await backend.RegisterAsync(wish, Cancelled);
        await using var watch = backend.WatchAsync(new(wish.Instance.ServiceName), null, Cancelled).GetAsyncEnumerator(Cancelled);
        await watch.UntilAsync(list => list.Instances.Length == 1);
        var first = ((ServiceGroup)lease.Group).Connection;

        first.Close("A test closes it.");

        await Assert.ThrowsAsync<RegistryException>(async () =>
        {
            while (await watch.MoveNextAsync())
            {
            }
        });
        await Eventually.TrueAsync(() => lease.Group.Lost.IsCancellationRequested, "the lease to be lost");
        var again = await backend.RegisterAsync(wish, Cancelled);
        Assert.NotSame(first, ((ServiceGroup)again.Group).Connection);
        await using var next = backend.WatchAsync(new(wish.Instance.ServiceName), null, Cancelled).GetAsyncEnumerator(Cancelled);
        await next.UntilAsync(list => list.Instances.Length == 1);
    }
}
