using System.Net;
using System.Net.Sockets;
using Discovery.Client.Servers;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Discovery.Client.Nacos.Tests.Http;

/// <summary>What real servers do not say on demand.</summary>
public sealed class ScriptedTests
{
    private const string EmptyList = """{"name":"DEFAULT_GROUP@@orders","cacheMillis":10000,"hosts":[]}""";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Secrets_OfAKey_SignAndAreNotSent()
    {
        using var server = new ScriptedServer(_ => (200, EmptyList));
        var clock = new FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_123));
        await using var backend = BackendTestKit.Create(NacosTransport.Http, options => (options.AccessKey, options.SecretKey) = ("me", "hidden"), clock, NullLogger.Instance, server.Address);

        await backend.ReadAsync(new("orders"), Stop);

        // HMAC-SHA1 of the data with the key "hidden", calculated by openssl.
        var asked = Assert.Single(server.Requests);
        Assert.StartsWith("?ak=me&data=1700000000123%40%40DEFAULT_GROUP%40%40orders&signature=", asked.Query, StringComparison.Ordinal);
        Assert.Contains("XZPo9WNRrO%2Br9%2FT3nRw0dlSoSFI%3D", asked.Query, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", asked.Query, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Token_RefusedBeforeItsTime_IsAskedForAgainOnce()
    {
        var clock = new SkippingClock();
        var (logins, valid) = (0, "t1");
        using var server = new ScriptedServer(asked => asked.What.EndsWith("/login", StringComparison.Ordinal)
            ? (200, $$"""{"accessToken":"t{{++logins}}","tokenTtl":18000}""")
            : asked.Authorization == "Bearer " + valid ? (200, EmptyList) : (403, "token invalid!"));
        await using var backend = BackendTestKit.Create(NacosTransport.Http, options => (options.UserName, options.Password) = ("u", "p"), clock, NullLogger.Instance, server.Address);
        await backend.ReadAsync(new("orders"), Stop);
        await backend.ReadAsync(new("orders"), Stop);
        Assert.Equal(1, logins);

        // The servers were restarted with another secret.
        valid = "t2";
        clock.Skip(TimeSpan.FromSeconds(3));
        await backend.ReadAsync(new("orders"), Stop);
        Assert.Equal(2, logins);

        // A right that is missing is not found by logging in again.
        valid = "none";
        var error = await Assert.ThrowsAnyAsync<RegistryException>(async () => await backend.ReadAsync(new("orders"), Stop));
        Assert.False(error.IsTransient);
        Assert.Equal(2, logins);
    }

    [Fact]
    public async Task Login_OfADeadServer_IsDoneByAnother()
    {
        using var dead = PortLease.Take();
        using var server = new ScriptedServer(asked => asked.What switch
        {
            "POST /nacos/v3/auth/user/login" => (404, ""),
            "POST /nacos/v1/auth/login" => (200, """{"accessToken":"t","tokenTtl":18000}"""),
            _ => (200, EmptyList),
        });
        await using var backend = BackendTestKit.Create(NacosTransport.Http, options => (options.UserName, options.Password) = ("u", "p"), new Uri($"http://127.0.0.1:{dead.Port}"), server.Address);

        await Eventually.SucceedsAsync(async () => await backend.ReadAsync(new("orders"), Stop));

        Assert.Equal("username=u&password=p", server.Requests.First(asked => asked.What.EndsWith("/login", StringComparison.Ordinal)).Body);
    }

    [Theory]
    [InlineData(NacosTransport.Grpc)]
    [InlineData(NacosTransport.Http)]
    public async Task Login_OfAServerThatHangs_IsDoneByAnotherThoughCallersLeave(NacosTransport transport)
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        using var server = new ScriptedServer(_ => (200, """{"accessToken":"t","tokenTtl":18000}"""));
        var options = new NacosOptions { Transport = transport, UserName = "u", Password = "p", RequestTimeout = TimeSpan.FromMilliseconds(300) };
        Uri[] servers = [new($"http://127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}"), server.Address];
        using var credentials = NacosCredentials.Create(options, servers, new BackendTls(options.TlsFiles, TimeProvider.System, NullLogger.Instance), TimeProvider.System, NullLogger.Instance);

        await Eventually.SucceedsAsync(
            async () =>
            {
                using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
                Assert.Equal("t", (await credentials.GetAsync(null, patience.Token))[Proof.Token]);
            },
            mayFail: error => error is OperationCanceledException);

        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData("""{"accessToken":"s3cret","tokenTtl":"x"}""")]
    [InlineData("""{"token":"s3cret"}""")]
    public async Task Login_AnswerNotUnderstood_IsNotQuoted(string answer)
    {
        using var server = new ScriptedServer(_ => (200, answer));
        await using var backend = BackendTestKit.Create(NacosTransport.Http, options => (options.UserName, options.Password) = ("u", "p"), server.Address);

        var error = await Assert.ThrowsAnyAsync<RegistryException>(async () => await backend.ReadAsync(new("orders"), Stop));

        Assert.DoesNotContain("s3cret", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Beat_OfAServiceThatIsNotFound_IsAnInstanceThatIsLost()
    {
        var known = true;
        using var server = new ScriptedServer(asked => !asked.What.EndsWith("/beat", StringComparison.Ordinal) ? (200, "ok")
            : known ? (200, """{"code":10200}""") : (500, "caused: service not found: DEFAULT_GROUP@@orders@public;"));
        await using var backend = BackendTestKit.Create(NacosTransport.Http, server.Address);
        var lease = await backend.RegisterAsync(TestKit.Wish(TestKit.Instance()), Stop);

        known = false;

        await Assert.ThrowsAsync<LeaseLostException>(async () => await backend.RenewAsync(lease.Group, Stop));
    }

    /// <summary>A node may answer beats and never show the instance in its list. A list that is not answered says nothing.</summary>
    [Fact]
    public async Task Beat_KnownButThriceNotListed_IsRegisteredAgain()
    {
        var clock = new FakeTimeProvider();
        var list = (Status: 200, Body: EmptyList);
        using var server = new ScriptedServer(asked => asked.What.EndsWith("/list", StringComparison.Ordinal) ? list : (200, asked.What.EndsWith("/beat", StringComparison.Ordinal) ? """{"code":10200}""" : "ok"));
        await using var backend = BackendTestKit.Create(NacosTransport.Http, _ => { }, clock, NullLogger.Instance, server.Address);
        var lease = await backend.RegisterAsync(TestKit.Wish(TestKit.Instance()), Stop);
        async Task BeatAsync()
        {
            clock.Advance(TimeSpan.FromSeconds(5));
            await backend.RenewAsync(lease.Group, Stop);
        }

        await BeatAsync();
        await BeatAsync();
        list = (503, "");
        await BeatAsync();
        await BeatAsync();
        list = (200, EmptyList);
        await Assert.ThrowsAsync<LeaseLostException>(BeatAsync);

        // It is looked for later where registering again did not help.
        lease = await backend.RegisterAsync(TestKit.Wish(TestKit.Instance()), Stop);
        var looks = server.Requests.Count(asked => asked.What.EndsWith("/list", StringComparison.Ordinal));
        for (var i = 0; i < 5; i++)
        {
            await BeatAsync();
        }

        Assert.Equal(looks, server.Requests.Count(asked => asked.What.EndsWith("/list", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task BeatOverV3_OneOfThreeServersHangs_ProvesLifeInTheTimeOfAShortLease()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        using var first = V3();
        using var second = V3();
        await using var backend = BackendTestKit.Create(NacosTransport.Http, first.Address, second.Address, new Uri($"http://127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}"));
        var lease = await backend.RegisterAsync(TestKit.Wish(TestKit.Instance(), 3), Stop);

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2.5));
        await backend.RenewAsync(lease.Group, patience.Token);

        static ScriptedServer V3() => new(asked => asked.What.Contains("/v3/", StringComparison.Ordinal) ? (200, """{"code":0,"message":"success","data":"ok"}""") : (404, ""));
    }

    [Fact]
    public async Task Registration_Refused_TakesNothingOutThatMayBeSomebodyElses()
    {
        using var server = new ScriptedServer(_ => (400, "Param 'ip' is illegal"));
        await using var backend = BackendTestKit.Create(NacosTransport.Http, server.Address);

        await Assert.ThrowsAnyAsync<RegistryException>(async () => await backend.RegisterAsync(TestKit.Wish(TestKit.Instance()), Stop));

        Assert.DoesNotContain(server.Requests, asked => asked.What.StartsWith("DELETE", StringComparison.Ordinal));
    }

    /// <summary>Where it was registered before is ours; where it was refused may be somebody else's.</summary>
    [Fact]
    public async Task Registration_RefusedAtAnotherAddress_TakesNothingOut()
    {
        using var server = new ScriptedServer(asked => asked.Body.Contains("port=8081", StringComparison.Ordinal) || asked.Query.Contains("port=8081", StringComparison.Ordinal) ? (400, "no")
            : (200, asked.What.EndsWith("/beat", StringComparison.Ordinal) ? """{"code":10200}""" : "ok"));
        await using var backend = BackendTestKit.Create(NacosTransport.Http, server.Address);
        await backend.RegisterAsync(TestKit.Wish(TestKit.Instance()), Stop);

        await Assert.ThrowsAnyAsync<RegistryException>(async () => await backend.RegisterAsync(TestKit.Wish(TestKit.Instance(port: 8081)), Stop));

        Assert.DoesNotContain(server.Requests, asked => asked.What.StartsWith("DELETE", StringComparison.Ordinal));
    }

    /// <summary>A server that is not told may list it for ever: only one that has ended cannot.</summary>
    [Fact]
    public async Task DeregistrationOverV3_OneServerNotReached_FailsUntilItIsOrHasEnded()
    {
        var answers = true;
        using var first = V3(() => true);
        var second = V3(() => answers);
        await using var backend = BackendTestKit.Create(NacosTransport.Http, first.Address, second.Address);
        var lease = await backend.RegisterAsync(TestKit.Wish(TestKit.Instance()), Stop);
        answers = false;
        var error = await Assert.ThrowsAnyAsync<RegistryException>(async () => await backend.DeregisterAsync(lease, Stop));
        Assert.True(error.IsTransient);
        answers = true;
        await backend.DeregisterAsync(lease, Stop);

        lease = await backend.RegisterAsync(TestKit.Wish(TestKit.Instance()), Stop);
        second.Dispose();
        await backend.DeregisterAsync(lease, Stop);

        static ScriptedServer V3(Func<bool> answers) => new(asked => !answers() ? (503, "") : asked.What.Contains("/v3/", StringComparison.Ordinal) ? (200, """{"code":0,"message":"success","data":"ok"}""") : (404, ""));
    }

    /// <summary>What stands before restarting servers may answer 404 for one path and 503 for the other.</summary>
    [Fact]
    public async Task Generation_OtherOneAnswersNoSuccess_IsNotChosen()
    {
        var restarting = true;
        using var server = new ScriptedServer(asked => asked.What.Contains("/v3/", StringComparison.Ordinal) ? (503, "") : restarting ? (404, "") : (200, EmptyList));
        await using var backend = BackendTestKit.Create(NacosTransport.Http, server.Address);
        Assert.True((await Assert.ThrowsAnyAsync<RegistryException>(async () => await backend.ReadAsync(new("orders"), Stop))).IsTransient);
        restarting = false;

        await backend.ReadAsync(new("orders"), Stop);

        Assert.Equal(1, server.Requests.Count(asked => asked.What.Contains("/v3/", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Login_FailsForEverybody_IsTriedOnceAPause()
    {
        var clock = new FakeTimeProvider();
        using var server = new ScriptedServer(_ => (500, "no such user"));
        var options = new NacosOptions { UserName = "u", Password = "p" };
        using var credentials = NacosCredentials.Create(options, [server.Address], new BackendTls(options.TlsFiles, clock, NullLogger.Instance), clock, NullLogger.Instance);
        async Task<int> AskAsync()
        {
            for (var i = 0; i < 5; i++)
            {
                var error = await Assert.ThrowsAsync<RegistryException>(async () => await credentials.GetAsync(null, Stop));
                Assert.Contains("no such user", error.Message, StringComparison.Ordinal);
            }

            return server.Requests.Count;
        }

        Assert.Equal(1, await AskAsync());
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(2, await AskAsync());
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(2, await AskAsync());
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(3, await AskAsync());
    }

    [Fact]
    public async Task Read_NothingReadable_IsNoEmptyList()
    {
        using var server = new ScriptedServer(_ => (200, """{"name":"DEFAULT_GROUP@@orders","hosts":[{"ip":"","port":80},{"ip":{}}]}"""));
        await using var backend = BackendTestKit.Create(NacosTransport.Http, server.Address);

        Assert.True((await Assert.ThrowsAnyAsync<RegistryException>(async () => await backend.ReadAsync(new("orders"), Stop))).IsTransient);
    }

    [Fact]
    public async Task Deregistration_Failed_LeavesTheAddressToAnother()
    {
        using var server = new ScriptedServer(asked => asked.What.StartsWith("DELETE", StringComparison.Ordinal) ? (500, "no") : (200, asked.What.EndsWith("/beat", StringComparison.Ordinal) ? """{"code":10200}""" : "ok"));
        await using var backend = BackendTestKit.Create(NacosTransport.Http, server.Address);
        var lease = await backend.RegisterAsync(TestKit.Wish(TestKit.Instance(id: "one")), Stop);
        await Assert.ThrowsAnyAsync<RegistryException>(async () => await backend.DeregisterAsync(lease, Stop));

        await backend.RegisterAsync(TestKit.Wish(TestKit.Instance(id: "two")), Stop);

        // The address is the other's now, and is not taken out for the first.
        var before = server.Requests.Count;
        await backend.DeregisterAsync(lease, Stop);
        Assert.Equal(before, server.Requests.Count);
    }

    [Fact]
    public async Task ContextPath_Wrong_IsSaid()
    {
        using var server = new ScriptedServer(_ => (404, "<html>nothing here</html>"));
        await using var backend = BackendTestKit.Create(NacosTransport.Http, options => options.ContextPath = "/wrong", server.Address);

        var error = await Assert.ThrowsAnyAsync<RegistryException>(async () => await backend.ReadAsync(new("orders"), Stop));

        Assert.Contains("ContextPath", error.Message, StringComparison.Ordinal);
        Assert.Equal(["GET /wrong/v1/ns/instance/list", "GET /wrong/v3/client/ns/instance/list"], server.Requests.Select(asked => asked.What));
    }

    [Fact]
    public async Task Write_NotPassedOnForAMoment_IsTakenAtLast()
    {
        var refusals = 3;
        using var server = new ScriptedServer(asked => asked.What switch
        {
            "POST /nacos/v1/ns/instance" => refusals-- > 0 ? (400, "receive invalid redirect request from peer 127.0.0.1") : (200, "ok"),
            _ => (200, """{"code":10200,"clientBeatInterval":5000}"""),
        });
        await using var backend = BackendTestKit.Create(NacosTransport.Http, server.Address);

        var lease = await backend.RegisterAsync(TestKit.Wish(TestKit.Instance()), Stop);

        Assert.Equal(TimeSpan.FromSeconds(5), lease.Group.RenewEvery);
    }

    [Fact]
    public async Task Registration_TakenAndForgottenAtOnce_IsNoSuccess()
    {
        using var server = new ScriptedServer(asked => (200, asked.What.EndsWith("/beat", StringComparison.Ordinal) ? """{"code":20404}""" : "ok"));
        await using var backend = BackendTestKit.Create(NacosTransport.Http, server.Address);

        var error = await Assert.ThrowsAnyAsync<RegistryException>(async () => await backend.RegisterAsync(TestKit.Wish(TestKit.Instance()), Stop));

        Assert.True(error.IsTransient);
        Assert.Equal("DELETE /nacos/v1/ns/instance", server.Requests.Last().What);
    }

    [Fact]
    public async Task Address_OfAnotherInstance_IsRefused()
    {
        using var server = new ScriptedServer(asked => (200, asked.What.EndsWith("/beat", StringComparison.Ordinal) ? """{"code":10200}""" : "ok"));
        await using var backend = BackendTestKit.Create(NacosTransport.Http, server.Address);
        var lease = await backend.RegisterAsync(TestKit.Wish(TestKit.Instance(id: "one")), Stop);

        var error = await Assert.ThrowsAnyAsync<RegistryException>(async () => await backend.RegisterAsync(TestKit.Wish(TestKit.Instance(id: "two")), Stop));
        Assert.False(error.IsTransient);

        await backend.DeregisterAsync(lease, Stop);
        await backend.RegisterAsync(TestKit.Wish(TestKit.Instance(id: "two")), Stop);
    }
}
