using Grpc.Core;

namespace Discovery.Client.Nacos.Tests.Grpc;

/// <summary>Persistent instances stay for ever unless they are taken out.</summary>
public sealed class PersistentInstanceTests : ScriptedGrpcTest
{
    [Fact]
    public async Task PersistentInstance_AddressChangedOrNoAnswer_LeavesNothingBehind()
    {
        var server = (await StartAsync(1, options => options.Ephemeral = false))[0];
        var one = TestKit.Instance();
        await Backend.RegisterAsync(TestKit.Wish(one), Stop);
        await Backend.RegisterAsync(TestKit.Wish(one with { Port = 8081 }), Stop);
        server.Answers = (type, body) => type == "PersistentInstanceRequest" && body.GetProperty("type").GetString() == "registerInstance" ? null : ScriptedGrpcServer.Fine;
        using var cancel = new CancellationTokenSource();
        var cancelled = Backend.RegisterAsync(TestKit.Wish(one with { InstanceId = "two", Port = 8082 }), cancel.Token).AsTask();
        await Eventually.TrueAsync(() => server.Count("PersistentInstanceRequest") == 4, "the request");
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);

        Assert.Equal(["registerInstance 8080", "registerInstance 8081", "deregisterInstance 8080", "registerInstance 8082", "deregisterInstance 8082"], Persistent(server));
    }

    [Fact]
    public async Task PersistentInstance_ConnectionLostWhileItIsRegistered_IsTakenOutOnTheNextOne()
    {
        var server = (await StartAsync(1, options => options.Ephemeral = false))[0];
        server.Answers = (type, _) => type == "PersistentInstanceRequest" ? throw new RpcException(new Status(StatusCode.Unavailable, "")) : ScriptedGrpcServer.Fine;
        await Assert.ThrowsAnyAsync<RegistryException>(async () => await Backend.RegisterAsync(TestKit.Wish(TestKit.Instance()), Stop));
        Assert.Equal(["registerInstance 8080"], Persistent(server));
        server.Answers = (_, _) => ScriptedGrpcServer.Fine;

        await AdvanceUntilAsync(() => Persistent(server).Length > 1);
        await AdvanceAsync(30);

        Assert.Equal(["registerInstance 8080", "deregisterInstance 8080"], Persistent(server));
        Assert.Equal(2, server.Streams.Count);
        Assert.Equal(0, Log.Count("InstanceNotTakenOut"));
    }

    [Fact]
    public async Task PersistentInstance_LeftBehindAndRegisteredAgain_Stays()
    {
        var server = (await StartAsync(1, options => options.Ephemeral = false))[0];
        server.Answers = (type, _) => type == "PersistentInstanceRequest" ? throw new RpcException(new Status(StatusCode.Unavailable, "")) : ScriptedGrpcServer.Fine;
        await Assert.ThrowsAnyAsync<RegistryException>(async () => await Backend.RegisterAsync(TestKit.Wish(TestKit.Instance()), Stop));
        server.Answers = (_, _) => ScriptedGrpcServer.Fine;

        await Backend.RegisterAsync(TestKit.Wish(TestKit.Instance()), Stop);
        await AdvanceAsync(30);

        Assert.Equal(["registerInstance 8080", "registerInstance 8080"], Persistent(server));
    }

    [Fact]
    public async Task PersistentInstance_MovedAndTheOldAddressNotTakenOut_IsMovedAndTheOldOneGoesLater()
    {
        var server = (await StartAsync(1, options => options.Ephemeral = false))[0];
        await Backend.RegisterAsync(TestKit.Wish(TestKit.Instance()), Stop);
        server.Answers = (type, body) => type == "PersistentInstanceRequest" && body.GetProperty("type").GetString() == "deregisterInstance" ? throw new RpcException(new Status(StatusCode.Internal, "")) : ScriptedGrpcServer.Fine;

        var lease = await Backend.RegisterAsync(TestKit.Wish(TestKit.Instance(port: 8081)), Stop);
        server.Answers = (_, _) => ScriptedGrpcServer.Fine;
        await AdvanceUntilAsync(() => Persistent(server).Length > 3);
        await Backend.DeregisterAsync(lease, Stop);

        Assert.Equal(["registerInstance 8080", "registerInstance 8081", "deregisterInstance 8080", "deregisterInstance 8080", "deregisterInstance 8081"], Persistent(server));
    }

    [Fact]
    public async Task PersistentInstance_LeftBehindWhenTheProgramEnds_IsTold()
    {
        var server = (await StartAsync(1, options => options.Ephemeral = false))[0];
        server.Answers = (type, _) => type == "PersistentInstanceRequest" ? throw new RpcException(new Status(StatusCode.Unavailable, "")) : ScriptedGrpcServer.Fine;
        await Assert.ThrowsAnyAsync<RegistryException>(async () => await Backend.RegisterAsync(TestKit.Wish(TestKit.Instance()), Stop));

        await Backend.DisposeAsync();

        Assert.Equal(1, Log.Count("InstanceNotTakenOut"));
    }

    private static string[] Persistent(ScriptedGrpcServer server)
        => [.. server.Requests.Where(request => request.Type == "PersistentInstanceRequest").Select(request => $"{request.Body.GetProperty("type")} {request.Body.GetProperty("instance").GetProperty("port")}")];
}
