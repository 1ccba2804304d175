using Grpc.Core;

namespace Discovery.Client.Nacos.Tests.Grpc;

/// <summary>Persistent instances stay for ever unless they are taken out.</summary>
public sealed class PersistentInstanceTests : ScriptedGrpcTest
{
    /// <summary>Virtual time goes on faster than servers answer.</summary>
    private static readonly Action<NacosOptions> Persistently = options => (options.Ephemeral, options.RequestTimeout) = (false, TimeSpan.FromMinutes(1));

    private static readonly RegisteredInstance Leftover = new(new("public", "DEFAULT_GROUP", "orders"), "1", new() { Ip = "10.0.0.1", Port = 80 }, TimeSpan.FromSeconds(15));

    [Fact]
    public async Task PersistentInstance_AddressChangedOrNoAnswer_LeavesNothingBehind()
    {
        var server = (await StartAsync(1, Persistently))[0];
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
        var server = (await StartAsync(1, Persistently))[0];
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
        var server = (await StartAsync(1, Persistently))[0];
        server.Answers = (type, _) => type == "PersistentInstanceRequest" ? throw new RpcException(new Status(StatusCode.Unavailable, "")) : ScriptedGrpcServer.Fine;
        await Assert.ThrowsAnyAsync<RegistryException>(async () => await Backend.RegisterAsync(TestKit.Wish(TestKit.Instance()), Stop));
        var taking = false;
        server.Answers = (type, body) => type == "PersistentInstanceRequest" && (taking = body.GetProperty("type").GetString() == "deregisterInstance") ? """{"resultCode":500,"errorCode":403,"message":"no right"}""" : ScriptedGrpcServer.Fine;
        await AdvanceUntilAsync(() => taking);
        server.Answers = (_, _) => ScriptedGrpcServer.Fine;

        await Backend.RegisterAsync(TestKit.Wish(TestKit.Instance()), Stop);
        var requests = Persistent(server);
        await AdvanceAsync(30);

        Assert.Equal("registerInstance 8080", requests[^1]);
        Assert.Equal(requests, Persistent(server));
    }

    /// <summary>Rights may be given later.</summary>
    [Fact]
    public async Task PersistentInstance_LeftBehindAndMayNotBeTakenOut_IsToldOnceAndTriedOn()
    {
        var server = (await StartAsync(1, Persistently))[0];
        server.Answers = (type, _) => type == "PersistentInstanceRequest" ? throw new RpcException(new Status(StatusCode.Unavailable, "")) : ScriptedGrpcServer.Fine;
        await Assert.ThrowsAnyAsync<RegistryException>(async () => await Backend.RegisterAsync(TestKit.Wish(TestKit.Instance()), Stop));
        server.Answers = (type, _) => type == "PersistentInstanceRequest" ? """{"resultCode":500,"errorCode":403,"message":"no right"}""" : ScriptedGrpcServer.Fine;

        await AdvanceUntilAsync(() => Persistent(server).Length > 3);
        await Assert.ThrowsAnyAsync<RegistryException>(async () => await Backend.RegisterAsync(TestKit.Wish(TestKit.Instance()), Stop));
        var registered = Persistent(server).Length;
        await AdvanceUntilAsync(() => Persistent(server).Length > registered + 1);
        server.Answers = (_, _) => ScriptedGrpcServer.Fine;
        var denied = Persistent(server).Length;
        await AdvanceUntilAsync(() => Persistent(server).Length > denied);

        Assert.Equal(1, Log.Count("InstanceNotTakenOut"));
    }

    /// <summary>What is sent first may be done last: the attempt is waited for.</summary>
    [Fact]
    public async Task PersistentInstance_RegisteredAgainWhileItIsTakenOut_IsRegisteredAfterwards()
    {
        var (takes, gate, order) = (0, new TaskCompletionSource<bool>(), new List<string>());
        using var leftovers = new Leftovers(
            async (_, _) =>
            {
                Interlocked.Increment(ref takes);
                order.Add(await gate.Task ? "out" : "");
            },
            Clock, Log);
        leftovers.Add(Leftover);
        await AdvanceUntilAsync(() => Volatile.Read(ref takes) == 1);

        var removal = leftovers.RemoveAsync(Leftover, Stop).AsTask();
        await AdvanceAsync(5);
        Assert.False(removal.IsCompleted);
        gate.SetResult(true);

        Assert.False(await removal.WaitAsync(TimeSpan.FromSeconds(30), Stop));
        Assert.Equal(["out"], order);
    }

    /// <summary>Whoever registers has not the time of a request that hangs.</summary>
    [Fact]
    public async Task PersistentInstance_RegisteredAgainWhileTakingItOutHangs_WaitsASecond()
    {
        var takes = 0;
        using var leftovers = new Leftovers(
            (_, cancellationToken) =>
            {
                Interlocked.Increment(ref takes);
                return Task.Delay(Timeout.Infinite, cancellationToken);
            },
            Clock, Log);
        leftovers.Add(Leftover);
        await AdvanceUntilAsync(() => Volatile.Read(ref takes) == 1);
        await AdvanceAsync(30);
        Assert.Equal(1, takes);

        var removal = leftovers.RemoveAsync(Leftover, Stop).AsTask();
        Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.True(await removal.WaitAsync(TimeSpan.FromSeconds(30), Stop));
    }

    [Fact]
    public async Task Leftovers_AfterTheEnd_AreToldAndNotTried()
    {
        var takes = 0;
        var leftovers = new Leftovers((_, _) => Task.FromResult(Interlocked.Increment(ref takes)), Clock, Log);
        leftovers.Add(Leftover);
        leftovers.Dispose();
        Assert.Equal(1, Log.Count("InstanceNotTakenOut"));

        leftovers.Add(Leftover);
        await AdvanceAsync(30);

        Assert.Equal((0, 2), (takes, Log.Count("InstanceNotTakenOut")));
    }

    [Fact]
    public async Task PersistentInstance_MovedAndTheOldAddressNotTakenOut_IsMovedAndTheOldOneGoesLater()
    {
        var server = (await StartAsync(1, Persistently))[0];
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
        var server = (await StartAsync(1, Persistently))[0];
        server.Answers = (type, _) => type == "PersistentInstanceRequest" ? throw new RpcException(new Status(StatusCode.Unavailable, "")) : ScriptedGrpcServer.Fine;
        await Assert.ThrowsAnyAsync<RegistryException>(async () => await Backend.RegisterAsync(TestKit.Wish(TestKit.Instance()), Stop));

        await Backend.DisposeAsync();

        Assert.Equal(1, Log.Count("InstanceNotTakenOut"));
    }

    private static string[] Persistent(ScriptedGrpcServer server)
        => [.. server.Requests.Where(request => request.Type == "PersistentInstanceRequest").Select(request => $"{request.Body.GetProperty("type")} {request.Body.GetProperty("instance").GetProperty("port")}")];
}
