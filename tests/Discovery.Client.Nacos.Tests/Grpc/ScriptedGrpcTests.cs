using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Grpc.Core;

namespace Discovery.Client.Nacos.Tests.Grpc;

/// <summary>What is registered and followed over connections.</summary>
public sealed class ScriptedGrpcTests : ScriptedGrpcTest
{
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

        // Once more, since it had not answered; and one may have been under way when it began to.
        await AdvanceAsync(30);
        var all = Sets().Count;
        Assert.InRange(all, failed + 2, failed + 3);
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
        Assert.Equal(1, Log.Count("PushUnreadable"));
    }

    [Fact]
    [SuppressMessage("Security", "CA5350:Do Not Use Weak Cryptographic Algorithms", Justification = "It is the server's.")]
    public async Task Request_WithASecretKey_IsSignedOverTheTimeAndTheService()
    {
        var server = (await StartAsync(1, options => (options.AccessKey, options.SecretKey) = ("ak1", "sk1")))[0];

        await Backend.RegisterAsync(TestKit.Wish(TestKit.Instance()), Stop);

        var headers = server.Requests.Single(request => request.Type == "InstanceRequest").Headers;
        var data = $"{Clock.GetUtcNow().ToUnixTimeMilliseconds()}@@DEFAULT_GROUP@@orders";
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
        Assert.Single(next.Current.Info.Hosts!.Items);
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
            var seen = Assert.Single(watch.Current.Info.Hosts!.Items).Port;
            Assert.True(seen > last, $"{seen} after {last}");
            last = seen;
        }
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
}
