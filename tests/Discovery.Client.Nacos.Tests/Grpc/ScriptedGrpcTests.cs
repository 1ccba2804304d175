using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Grpc.Core;
using Microsoft.Extensions.Time.Testing;

namespace Discovery.Client.Nacos.Tests.Grpc;

/// <summary>The life of connections, on a server that does what real ones do not do on demand.</summary>
public sealed class ScriptedGrpcTests : IAsyncDisposable
{
    private static readonly ServiceQuery Orders = new("orders");

    private readonly FakeTimeProvider _clock = new();
    private readonly RecordingLogger _log = new();
    private readonly List<ScriptedGrpcServer> _servers = [];
    private NacosRegistryBackend? _backend;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private NacosRegistryBackend Backend => _backend!;

    public async ValueTask DisposeAsync()
    {
        await (_backend?.DisposeAsync() ?? ValueTask.CompletedTask);
        foreach (var server in _servers)
        {
            await server.DisposeAsync();
        }
    }

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

    /// <summary>Whoever deregisters waits for so long and then forgets about it, but the connection goes on and would keep the instance alive.</summary>
    [Fact]
    public async Task Deregister_NotAnswered_IsSentUntilItIs()
    {
        var server = (await StartAsync(1))[0];
        var (one, two) = (TestKit.Instance(id: "one", port: 80), TestKit.Instance(id: "two", port: 81));
        var lease = await Backend.RegisterAsync(TestKit.Wish(one), Stop);
        await Backend.RegisterAsync(TestKit.Wish(two), Stop);
        server.Answers = (type, _) => type.EndsWith("InstanceRequest", StringComparison.Ordinal) ? throw new RpcException(new Status(StatusCode.Internal, "")) : ScriptedGrpcServer.Fine;

        await Assert.ThrowsAnyAsync<RegistryException>(async () => await Backend.DeregisterAsync(lease, Stop));

        for (var further = 4; further <= 6; further++)
        {
            await AdvanceUntilAsync(() => Sets().Count >= further);
        }

        server.Answers = (_, _) => ScriptedGrpcServer.Fine;
        var failed = Sets().Count;
        await AdvanceUntilAsync(() => Sets().Count > failed);
        Assert.All(Sets().Skip(2), set => Assert.Equal(["10.0.0.1:81"], set));

        // One more may have been under way when the server began to answer.
        await AdvanceAsync(30);
        var all = Sets().Count;
        Assert.InRange(all, failed + 1, failed + 2);
        await AdvanceAsync(30);
        Assert.Equal(all, Sets().Count);

        List<string[]> Sets() => [.. server.Requests.Where(request => request.Type.EndsWith("InstanceRequest", StringComparison.Ordinal)).Select(request => Addresses(request.Body))];

        static string[] Addresses(JsonElement body)
            => [.. (body.TryGetProperty("instances", out var several) ? several.EnumerateArray().ToArray() : [body.GetProperty("instance")]).Select(instance => $"{instance.GetProperty("ip")}:{instance.GetProperty("port")}")];
    }

    [Fact]
    public async Task Deregister_NotAnsweredThenRegisteredAgain_Stays()
    {
        var server = (await StartAsync(1))[0];
        var lease = await Backend.RegisterAsync(TestKit.Wish(TestKit.Instance()), Stop);
        server.Answers = (type, _) => type == "InstanceRequest" ? throw new RpcException(new Status(StatusCode.Internal, "")) : ScriptedGrpcServer.Fine;
        await Assert.ThrowsAnyAsync<RegistryException>(async () => await Backend.DeregisterAsync(lease, Stop));
        server.Answers = (_, _) => ScriptedGrpcServer.Fine;

        await Backend.RegisterAsync(TestKit.Wish(TestKit.Instance()), Stop);
        await AdvanceAsync(30);

        Assert.Equal("registerInstance", server.Requests.Last(request => request.Type == "InstanceRequest").Body.GetProperty("type").GetString());
    }

    [Fact]
    public async Task Answer_WithoutAList_IsNoEmptyList()
    {
        var server = (await StartAsync(1))[0];
        foreach (var answer in (string[])[ScriptedGrpcServer.Fine, """{"resultCode":200,"serviceInfo":{"name":"orders","groupName":"DEFAULT_GROUP"}}"""])
        {
            server.Answers = (type, _) => type is "ServiceQueryRequest" or "SubscribeServiceRequest" ? answer : ScriptedGrpcServer.Fine;
            await using var watch = Backend.WatchAsync(Orders, null, Stop).GetAsyncEnumerator(Stop);

            Assert.True((await Assert.ThrowsAnyAsync<RegistryException>(async () => await Backend.ReadAsync(Orders, Stop))).IsTransient);
            Assert.True((await Assert.ThrowsAnyAsync<RegistryException>(async () => await watch.MoveNextAsync())).IsTransient);
        }

        Assert.Single(server.Streams);
    }

    [Fact]
    public async Task Push_Unreadable_IsToldOnceAndTheNextOneCounts()
    {
        var server = (await StartAsync(1))[0];
        server.Answers = (type, _) => type == "SubscribeServiceRequest" ? ScriptedGrpcServer.EmptyList : ScriptedGrpcServer.Fine;
        await using var watch = Backend.WatchAsync(Orders, null, Stop).GetAsyncEnumerator(Stop);
        Assert.True(await watch.MoveNextAsync());
        var stream = Assert.Single(server.Streams);

        await stream.PushAsync("NotifySubscriberRequest", """{"requestId":"1","serviceInfo":{"name":7}}""");
        await stream.PushAsync("NotifySubscriberRequest", "{bad");
        await stream.PushAsync("NotifySubscriberRequest", """{"requestId":"3","serviceInfo":{"name":"DEFAULT_GROUP@@orders","hosts":[{"ip":"10.0.0.1","port":80}]}}""");

        Assert.True(await watch.MoveNextAsync());
        Assert.Single(watch.Current.Instances);
        await Eventually.TrueAsync(() => stream.Said.Any(said => said.Type == "NotifySubscriberResponse" && said.Body.GetProperty("requestId").GetString() == "3"), "the acknowledgement");
        Assert.Equal(1, _log.Count("PushUnreadable"));
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

    [Fact]
    [SuppressMessage("Security", "CA5350:Do Not Use Weak Cryptographic Algorithms", Justification = "It is the server's.")]
    public async Task Request_WithASecretKey_IsSignedOverTheTimeAndTheService()
    {
        var server = (await StartAsync(1, options => (options.AccessKey, options.SecretKey) = ("ak1", "sk1")))[0];

        await Backend.RegisterAsync(TestKit.Wish(TestKit.Instance()), Stop);

        var headers = server.Requests.Single(request => request.Type == "InstanceRequest").Headers;
        var data = $"{_clock.GetUtcNow().ToUnixTimeMilliseconds()}@@DEFAULT_GROUP@@orders";
        Assert.Equal(("ak1", data), (headers["ak"], headers["data"]));
        Assert.Equal(Convert.ToBase64String(HMACSHA1.HashData("sk1"u8, Encoding.UTF8.GetBytes(data))), headers["signature"]);
    }

    /// <summary>The second of two watches of one service leaves a subscription that failed, when the first is being served by another one.</summary>
    [Fact]
    public async Task Subscribe_FailsForTwoWatches_TheNextOneIsNotEndedByThem()
    {
        var server = (await StartAsync(1))[0];
        var fails = true;
        server.Answers = (type, _) => type != "SubscribeServiceRequest" ? ScriptedGrpcServer.Fine : fails ? throw new RpcException(new Status(StatusCode.Internal, "")) : ScriptedGrpcServer.EmptyList;
        var transport = (GrpcTransport)Backend.Transport;
        var key = new ServiceKey("public", "DEFAULT_GROUP", "orders");
        await transport.Connections.CurrentAsync("public", Stop);
        await using var one = transport.WatchAsync(key, Stop).GetAsyncEnumerator(Stop);
        await using var two = transport.WatchAsync(key, Stop).GetAsyncEnumerator(Stop);
        var (first, second) = (one.MoveNextAsync().AsTask(), two.MoveNextAsync().AsTask());
        await Assert.ThrowsAnyAsync<RegistryException>(() => first);
        await Assert.ThrowsAnyAsync<RegistryException>(() => second);
        fails = false;

        await using var next = transport.WatchAsync(key, Stop).GetAsyncEnumerator(Stop);
        Assert.True(await next.MoveNextAsync());
        await one.DisposeAsync();
        await two.DisposeAsync();

        Assert.DoesNotContain(server.Requests, request => request.Type == "SubscribeServiceRequest" && !request.Body.GetProperty("subscribe").GetBoolean());
        await Assert.Single(server.Streams).PushAsync("NotifySubscriberRequest", """{"requestId":"1","serviceInfo":{"name":"orders","groupName":"DEFAULT_GROUP","hosts":[{"ip":"10.0.0.1","port":80}]}}""");
        Assert.True(await next.MoveNextAsync());
        Assert.Single(next.Current.Hosts!.Items);
    }

    /// <summary>As a full resync does: the list from before would hide what was missed.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Watch_LeftAndBegunAgain_BeginsWithANewList(bool unsubscribingFails)
    {
        var server = (await StartAsync(1))[0];
        var port = 0;
        server.Answers = (type, body) => type != "SubscribeServiceRequest" ? ScriptedGrpcServer.Fine
            : !body.GetProperty("subscribe").GetBoolean() && unsubscribingFails ? throw new RpcException(new Status(StatusCode.Internal, ""))
            : ListOf(Interlocked.Increment(ref port));
        var transport = (GrpcTransport)Backend.Transport;
        var key = new ServiceKey("public", "DEFAULT_GROUP", "orders");
        var last = 0;
        for (var i = 0; i < 20; i++)
        {
            await using var watch = transport.WatchAsync(key, Stop).GetAsyncEnumerator(Stop);
            Assert.True(await watch.MoveNextAsync());
            var seen = Assert.Single(watch.Current.Hosts!.Items).Port;
            Assert.True(seen > last, $"{seen} after {last}");
            last = seen;
        }
    }

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

        Assert.Equal(
            ["registerInstance 8080", "registerInstance 8081", "deregisterInstance 8080", "registerInstance 8082", "deregisterInstance 8082"],
            server.Requests.Where(request => request.Type == "PersistentInstanceRequest").Select(request => $"{request.Body.GetProperty("type")} {request.Body.GetProperty("instance").GetProperty("port")}"));
    }

    [Fact]
    public async Task Deregister_WhileTheOldConnectionStands_TakesItOutOfBoth()
    {
        var servers = await StartAsync(2);
        var wish = TestKit.Wish(TestKit.Instance());
        var before = await Backend.RegisterAsync(wish, Stop);
        await Assert.Single(servers[0].Streams).PushAsync("ConnectResetRequest", """{"requestId":"1"}""");
        await Eventually.TrueAsync(() => before.Group.Lost.IsCancellationRequested, "the lease to be lost");
        var lease = await Backend.RegisterAsync(wish, Stop);

        await Backend.DeregisterAsync(lease, Stop);

        foreach (var server in servers)
        {
            Assert.Equal(["registerInstance", "deregisterInstance"], server.Requests.Where(request => request.Type == "InstanceRequest").Select(request => request.Body.GetProperty("type").GetString()));
        }
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
        Assert.Equal(1, _log.Count("ConnectionMoved"));
        Assert.Equal(0, _log.Count("EndpointSwitched"));
        Assert.Equal(0, _log.Count("ConnectionLost"));
    }

    [Fact]
    public async Task Reset_TheOldConnection_StandsUntilThereIsAnotherAndAWhileLonger()
    {
        var servers = await StartAsync(2);
        var lease = await Backend.RegisterAsync(TestKit.Wish(TestKit.Instance()), Stop);
        var stream = Assert.Single(servers[0].Streams);
        await stream.PushAsync("ConnectResetRequest", """{"requestId":"1"}""");
        await Eventually.TrueAsync(() => lease.Group.Lost.IsCancellationRequested, "the lease to be lost");
        await AdvanceAsync(seconds: 60);
        Assert.False(stream.Gone.Task.IsCompleted);

        await Backend.RegisterAsync(TestKit.Wish(TestKit.Instance()), Stop);

        Assert.Single(servers[1].Streams);
        await AdvanceAsync(seconds: 10);
        await stream.Gone.Task.WaitAsync(TimeSpan.FromSeconds(30), Stop);
        Assert.False(Assert.Single(servers[1].Streams).Gone.Task.IsCompleted);
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
        Assert.Equal(1, _log.Count("ConnectionLost"));
    }

    private async Task<ScriptedGrpcServer[]> StartAsync(int count, Action<NacosOptions>? configure = null)
    {
        for (var i = 0; i < count; i++)
        {
            _servers.Add(await ScriptedGrpcServer.StartAsync());
        }

        _backend = BackendTestKit.Create(
            NacosTransport.Grpc,
            options =>
            {
                options.GrpcPortOffset = 0;
                configure?.Invoke(options);
            },
            _clock, _log,
            [.. _servers.Select(server => server.Address)]);
        return [.. _servers];
    }

    private static string ListOf(int port) => $$$"""{"resultCode":200,"serviceInfo":{"name":"orders","groupName":"DEFAULT_GROUP","hosts":[{"ip":"10.0.0.1","port":{{{port}}}}]}}""";

    private async Task AdvanceAsync(int seconds)
    {
        for (var i = 0; i < seconds; i++)
        {
            await AdvanceAsync();
        }
    }

    /// <summary>A second, and a moment for what follows from it. A test that passes does so however long the moment is.</summary>
    private async Task AdvanceAsync()
    {
        _clock.Advance(TimeSpan.FromSeconds(1));
        await Task.Delay(TimeSpan.FromMilliseconds(5), Stop);
    }

    private Task AdvanceUntilAsync(Func<bool> condition) => Eventually.TrueAsync(
        () =>
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            return condition();
        },
        "the condition");
}
