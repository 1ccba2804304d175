using Grpc.Core;

namespace Discovery.Client.Nacos.Tests.Grpc;

/// <summary>How connections begin, move and end.</summary>
public sealed class ConnectionLifeTests : ScriptedGrpcTest
{
    [Fact]
    public async Task Call_BreaksOff_FailsAloneAndTheConnectionStays()
    {
        var server = (await StartAsync(1))[0];
        var lease = await Backend.RegisterAsync(TestKit.Wish(TestKit.Instance()), Stop);
        server.Answers = (type, _) => type == "ServiceQueryRequest" ? throw new RpcException(new Status(StatusCode.Internal, "")) : ScriptedGrpcServer.Fine;

        var error = await Assert.ThrowsAnyAsync<RegistryException>(async () => await Backend.ReadAsync(Orders, Stop));

        Assert.True(error.IsTransient);
        server.Answers = (type, _) => type == "ServiceQueryRequest" ? ScriptedGrpcServer.EmptyList : ScriptedGrpcServer.Fine;
        Assert.Empty((await Backend.ReadAsync(Orders, Stop)).Instances);
        Assert.False(lease.Group.Lost.IsCancellationRequested);
        Assert.Single(server.Streams);
    }

    [Fact]
    public async Task ServerRequest_OfEachKind_IsAnsweredByItsNumber()
    {
        var server = (await StartAsync(1))[0];
        await Backend.RegisterAsync(TestKit.Wish(TestKit.Instance()), Stop);
        var stream = Assert.Single(server.Streams);
        Assert.Equal("127.0.0.1", stream.Ip);

        await stream.PushAsync("ClientDetectionRequest", """{"headers":{},"requestId":"34","module":"internal"}""");
        await stream.PushAsync("NotifySubscriberRequest", """{"requestId":"35","serviceInfo":{"name":"nobody","groupName":"DEFAULT_GROUP","hosts":[]}}""");
        await stream.PushAsync("FuzzyWatchNotifyRequest", """{"requestId":"36"}""");

        await Eventually.TrueAsync(() => stream.Said.Count == 4, "the answers");
        Assert.Equal(
            [("ClientDetectionResponse", "34", 200), ("NotifySubscriberResponse", "35", 200), ("ErrorResponse", "36", 500)],
            stream.Said.Skip(1).Select(said => (said.Type, said.Body.GetProperty("requestId").GetString()!, said.Body.GetProperty("resultCode").GetInt32())));
    }

    [Theory]
    [InlineData("\"{0}\"")]
    [InlineData("{0}")]
    public async Task Reset_Repeated_MovesOnceToTheServerThatIsNamedAndTellsNoFailure(string form)
    {
        var servers = await StartAsync(3);
        var lease = await Backend.RegisterAsync(TestKit.Wish(TestKit.Instance()), Stop);
        var stream = Assert.Single(servers[0].Streams);
        var reset = $$"""{"requestId":"1","serverIp":"127.0.0.1","serverPort":{{form.Replace("{0}", servers[2].Address.Port.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal)}}}""";

        await stream.PushAsync("ConnectResetRequest", reset);
        await stream.PushAsync("ConnectResetRequest", reset);
        await Eventually.TrueAsync(() => lease.Group.Lost.IsCancellationRequested, "the lease to be lost");
        await Eventually.TrueAsync(() => stream.Said.Count(said => said.Type == "ConnectResetResponse") == 2, "both answers");
        await Backend.RegisterAsync(TestKit.Wish(TestKit.Instance()), Stop);

        Assert.Single(servers[2].Streams);
        Assert.Empty(servers[1].Streams);
        Assert.Equal(1, Log.Count("ConnectionMoved"));
        Assert.Equal(0, Log.Count("EndpointSwitched"));
        Assert.Equal(0, Log.Count("ConnectionLost"));
    }

    [Fact]
    public async Task Reset_TheOldConnection_StandsUntilThereIsAnotherAndAWhileLonger()
    {
        var servers = await StartAsync(2);
        var lease = await Backend.RegisterAsync(TestKit.Wish(TestKit.Instance()), Stop);
        var stream = Assert.Single(servers[0].Streams);
        await stream.PushAsync("ConnectResetRequest", """{"requestId":"1"}""");
        await Eventually.TrueAsync(() => lease.Group.Lost.IsCancellationRequested, "the lease to be lost");
        await AdvanceAsync(seconds: 63);
        Assert.False(stream.Gone.Task.IsCompleted);

        await Backend.RegisterAsync(TestKit.Wish(TestKit.Instance()), Stop);

        Assert.Single(servers[1].Streams);
        await AdvanceAsync(seconds: 4);
        Assert.False(stream.Gone.Task.IsCompleted);
        await AdvanceAsync(seconds: 6);
        await stream.Gone.Task.WaitAsync(TimeSpan.FromSeconds(30), Stop);
        Assert.False(Assert.Single(servers[1].Streams).Gone.Task.IsCompleted);
    }

    [Fact]
    public async Task Reset_OfAWatch_GoesOnAtTheOtherServerWithoutAFailure()
    {
        var servers = await StartAsync(2);
        servers[0].Answers = (type, _) => type == "SubscribeServiceRequest" ? ListOf(80) : ScriptedGrpcServer.Fine;
        servers[1].Answers = (type, _) => type == "SubscribeServiceRequest" ? ListOf(81) : ScriptedGrpcServer.Fine;
        await using var watch = Backend.WatchAsync(Orders, null, Stop).GetAsyncEnumerator(Stop);
        Assert.True(await watch.MoveNextAsync());
        var before = watch.Current.Version;
        Clock.Advance(TimeSpan.FromSeconds(1));

        await Assert.Single(servers[0].Streams).PushAsync("ConnectResetRequest", """{"requestId":"1"}""");

        Assert.True(await watch.MoveNextAsync());
        Assert.Equal(81, Assert.Single(watch.Current.Instances).Port);
        Assert.NotEqual(before.Epoch, watch.Current.Version.Epoch);
    }

    /// <summary>One that sends its clients away as soon as they come would be asked without a pause.</summary>
    [Fact]
    public async Task Reset_OfAWatchThatHasJustBegun_IsAFailureButNotOfTheConnection()
    {
        var server = (await StartAsync(1))[0];
        server.Answers = (type, _) => type == "SubscribeServiceRequest" ? ListOf(80) : ScriptedGrpcServer.Fine;
        await using var watch = Backend.WatchAsync(Orders, null, Stop).GetAsyncEnumerator(Stop);
        Assert.True(await watch.MoveNextAsync());

        await Assert.Single(server.Streams).PushAsync("ConnectResetRequest", """{"requestId":"1"}""");

        var error = await Assert.ThrowsAnyAsync<RegistryException>(async () => await watch.MoveNextAsync());
        Assert.True(error.IsTransient);
        Assert.Null(error.Connection);
    }

    /// <summary>What the codes mean is a table; that it is done is here.</summary>
    [Theory]
    [InlineData("HealthCheckRequest", 500, 301)]
    [InlineData("ServiceQueryRequest", -401, -401)]
    [InlineData("InstanceRequest", 500, 301)]
    [InlineData("InstanceRequest", 500, 300)]
    public async Task Answer_ThatItDoesNotKnowTheConnectionOrDoesNotServe_LosesTheLeasesAndMakesAnother(string type, int result, int code)
    {
        var servers = await StartAsync(2);
        var lease = await Backend.RegisterAsync(TestKit.Wish(TestKit.Instance()), Stop);
        servers[0].Answers = (asked, _) => asked == type ? $$"""{"resultCode":{{result}},"errorCode":{{code}},"message":"no"}""" : ScriptedGrpcServer.Fine;

        RegistryException? error = null;
        try
        {
            await (type == "InstanceRequest" ? Backend.RegisterAsync(TestKit.Wish(TestKit.Instance(id: "two", service: "more")), Stop).AsTask() : type == "ServiceQueryRequest" ? Backend.ReadAsync(Orders, Stop).AsTask() : Task.CompletedTask);
        }
        catch (RegistryException refused)
        {
            error = refused;
        }

        Assert.Equal(type == "HealthCheckRequest", error is null);
        Assert.Equal(error is null ? null : servers[0].Address.Authority, error?.Connection);
        await AdvanceUntilAsync(() => lease.Group.Lost.IsCancellationRequested);
        await Backend.RegisterAsync(TestKit.Wish(TestKit.Instance()), Stop);
        Assert.Single(servers[0].Streams);
        Assert.Single(servers[1].Streams);
        Assert.Equal(1, servers[1].Count("InstanceRequest"));
    }

    /// <summary>That a registration ended because somebody else saw the connection end is no answer of the registry.</summary>
    [Fact]
    public async Task Register_WhileTheConnectionEnds_FailsByTheConnection()
    {
        var server = (await StartAsync(1, options => options.RequestTimeout = TimeSpan.FromMinutes(1)))[0];
        await Backend.RegisterAsync(TestKit.Wish(TestKit.Instance()), Stop);
        server.Answers = (type, _) => type.EndsWith("InstanceRequest", StringComparison.Ordinal) ? null : ScriptedGrpcServer.Fine;
        var underWay = Backend.RegisterAsync(TestKit.Wish(TestKit.Instance(id: "two", port: 81)), Stop).AsTask();
        await Eventually.TrueAsync(() => server.Count("BatchInstanceRequest") == 1, "the request");
        var queued = Backend.RegisterAsync(TestKit.Wish(TestKit.Instance(id: "three", port: 82)), Stop).AsTask();
        server.Answers = (type, _) => type == "HealthCheckRequest" ? """{"resultCode":500,"errorCode":301,"message":"no"}""" : null;

        await AdvanceUntilAsync(() => underWay.IsCompleted && queued.IsCompleted);

        foreach (var each in (Task<Lease>[])[underWay, queued])
        {
            Assert.Equal(server.Address.Authority, (await Assert.ThrowsAnyAsync<RegistryException>(() => each)).Connection);
        }
    }

    [Fact]
    public async Task Namespace_EachOne_HasOneConnection()
    {
        var server = (await StartAsync(1))[0];
        foreach (var (name, id) in ((string, string)[])[("a", "one"), ("b", "one"), ("a", "two"), ("b", "two")])
        {
            await Backend.RegisterAsync(TestKit.Wish(TestKit.Instance(id: id)) with { Namespace = name }, Stop);
        }

        Assert.Equal(["a", "b"], server.Streams.Select(stream => stream.Said.First(said => said.Type == "ConnectionSetupRequest").Body.GetProperty("tenant").GetString()));
    }

    [Fact]
    public async Task Reset_WhileTheStreamBegins_LeavesAConnectionThatTakesRegistrations()
    {
        var servers = await StartAsync(2);
        servers[0].BeforeAcknowledging = stream => stream.PushAsync("ConnectResetRequest", """{"requestId":"1"}""");

        await Eventually.SucceedsAsync(async () => await Backend.RegisterAsync(TestKit.Wish(TestKit.Instance()), Stop));

        Assert.Equal(1, servers[1].Count("InstanceRequest"));
        Assert.Equal(0, servers[0].Count("InstanceRequest"));
    }

    [Fact]
    public async Task Dispose_WhileConnecting_LeavesNoConnection()
    {
        var server = (await StartAsync(1))[0];
        var opened = new TaskCompletionSource();
        server.BeforeAcknowledging = async stream =>
        {
            opened.TrySetResult();
            await Task.Delay(Timeout.Infinite, stream.Aborted);
        };
        var register = Backend.RegisterAsync(TestKit.Wish(TestKit.Instance()), Stop).AsTask();
        await opened.Task.WaitAsync(TimeSpan.FromSeconds(30), Stop);

        await Backend.DisposeAsync();

        await Assert.ThrowsAnyAsync<RegistryException>(() => register);
        await Assert.ThrowsAnyAsync<RegistryException>(async () => await Backend.RegisterAsync(TestKit.Wish(TestKit.Instance()), Stop));
        Assert.Single(server.Streams);
    }

    [Fact]
    public async Task HealthCheck_UnansweredTwiceOrFailed_IsForgivenThreeTimesIsNot()
    {
        var server = (await StartAsync(1))[0];
        var lease = await Backend.RegisterAsync(TestKit.Wish(TestKit.Instance()), Stop);
        var stream = Assert.Single(server.Streams);
        var left = 0;
        server.Answers = (type, _) => type != "HealthCheckRequest" || Interlocked.Decrement(ref left) < 0 ? ScriptedGrpcServer.Fine : left % 2 == 0 ? null : throw new RpcException(new Status(StatusCode.Internal, ""));
        var answered = server.Count("HealthCheckRequest");
        for (var i = 0; i < 3; i++)
        {
            Volatile.Write(ref left, 2);
            answered = server.Count("HealthCheckRequest");
            await AdvanceUntilAsync(() => server.Count("HealthCheckRequest") >= answered + 3);
        }

        Assert.False(lease.Group.Lost.IsCancellationRequested);
        Volatile.Write(ref left, int.MaxValue);
        await AdvanceUntilAsync(() => stream.Gone.Task.IsCompleted);

        await Eventually.TrueAsync(() => lease.Group.Lost.IsCancellationRequested, "the lease to be lost");
        Assert.Equal(1, Log.Count("ConnectionLost"));
    }
}
