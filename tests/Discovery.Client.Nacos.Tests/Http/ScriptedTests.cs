using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Discovery.Client.Nacos.Tests.Http;

/// <summary>What real servers do not say on demand.</summary>
public sealed class ScriptedTests
{
    private const string Known = """{"code":10200}""";
    private const string EmptyList = """{"name":"DEFAULT_GROUP@@orders","cacheMillis":10000,"hosts":[]}""";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

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
        using var server = new ScriptedServer(asked => asked.What.EndsWith("/list", StringComparison.Ordinal) ? list : (200, asked.What.EndsWith("/beat", StringComparison.Ordinal) ? Known : "ok"));
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

    /// <summary>A registration or a beat may have less time than a request: it must not meet the same silence at each try.</summary>
    [Fact]
    public async Task Server_ThatHangsForLongerThanTheCallerWaits_IsLeft()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        using var server = new ScriptedServer(asked => (200, asked.What.EndsWith("/beat", StringComparison.Ordinal) ? Known : "ok"));
        var clock = new FakeTimeProvider();
        await using var backend = BackendTestKit.Create(NacosTransport.Http, _ => { }, clock, NullLogger.Instance, new($"http://127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}"), server.Address);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1), clock);
        var first = backend.RegisterAsync(TestKit.Wish(TestKit.Instance(), 3), patience.Token).AsTask();
        using var connection = await silent.AcceptTcpClientAsync(Stop);

        clock.Advance(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first.WaitAsync(TimeSpan.FromSeconds(30), Stop));

        await backend.RegisterAsync(TestKit.Wish(TestKit.Instance(), 3), Stop).AsTask().WaitAsync(TimeSpan.FromSeconds(30), Stop);
        Assert.Contains(server.Requests, asked => asked.What == "POST /nacos/v1/ns/instance");
    }

    /// <summary>Who leaves a watch or looks for a moment only says nothing of the server.</summary>
    [Fact]
    public async Task Read_GivenUp_IsNoFailureOfTheServer()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        using var server = new ScriptedServer(_ => (200, EmptyList));
        var clock = new FakeTimeProvider();
        await using var backend = BackendTestKit.Create(NacosTransport.Http, _ => { }, clock, NullLogger.Instance, new($"http://127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}"), server.Address);
        for (var i = 0; i < 2; i++)
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1), clock);
            var read = backend.ReadAsync(new("orders"), patience.Token).AsTask();
            using var connection = await silent.AcceptTcpClientAsync(Stop).AsTask().WaitAsync(TimeSpan.FromSeconds(30), Stop);

            clock.Advance(TimeSpan.FromSeconds(1));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);
        }

        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task AddressChangedOverV3_OneOfThreeServersHangs_IsTakenInTheTimeOfARegistration()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        using var first = V3();
        using var second = V3();
        var log = new RecordingLogger();
        await using var backend = BackendTestKit.Create(
            NacosTransport.Http, options => options.RequestTimeout = TimeSpan.FromMinutes(1), TimeProvider.System, log, first.Address, second.Address, new Uri($"http://127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}"));
        await backend.RegisterAsync(TestKit.Wish(TestKit.Instance(), 30), Stop);

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await backend.RegisterAsync(TestKit.Wish(TestKit.Instance(port: 8081), 30), patience.Token);

        foreach (var server in (ScriptedServer[])[first, second])
        {
            Assert.Contains("port=8080", Assert.Single(server.Requests, asked => asked.What.StartsWith("DELETE", StringComparison.Ordinal)).Query, StringComparison.Ordinal);
        }

        Assert.Equal(1, log.Count("InstanceNotTakenOut"));

        static ScriptedServer V3() => new(asked => asked.What.Contains("/v3/", StringComparison.Ordinal) ? (200, """{"code":0,"message":"success","data":"ok"}""") : (404, ""));
    }

    /// <summary>What is where it was before is not always ours any more.</summary>
    [Fact]
    public async Task AddressChanged_TheOldOneIsAnothers_IsLeftAlone()
    {
        var refuses = false;
        using var server = new ScriptedServer(asked => asked.What.StartsWith("DELETE", StringComparison.Ordinal) && refuses ? (500, "no") : (200, asked.What.EndsWith("/beat", StringComparison.Ordinal) ? Known : "ok"));
        await using var backend = BackendTestKit.Create(NacosTransport.Http, server.Address);
        var lease = await backend.RegisterAsync(TestKit.Wish(TestKit.Instance(id: "one")), Stop);
        refuses = true;
        await Assert.ThrowsAnyAsync<RegistryException>(async () => await backend.DeregisterAsync(lease, Stop));
        refuses = false;
        await backend.RegisterAsync(TestKit.Wish(TestKit.Instance(id: "two")), Stop);

        await backend.RegisterAsync(TestKit.Wish(TestKit.Instance(id: "one", port: 8081)), Stop);

        Assert.Single(server.Requests, asked => asked.What.StartsWith("DELETE", StringComparison.Ordinal));
    }

    [Fact]
    public async Task PersistentInstance_GivenUp_IsTakenOutAsSoonAsTheServerAnswers()
    {
        var works = false;
        using var server = new ScriptedServer(_ => works ? (200, "ok") : (503, ""));
        var clock = new FakeTimeProvider();
        await using var backend = BackendTestKit.Create(NacosTransport.Http, options => options.Ephemeral = false, clock, NullLogger.Instance, server.Address);
        await Assert.ThrowsAnyAsync<RegistryException>(async () => await backend.RegisterAsync(TestKit.Wish(TestKit.Instance()), Stop));
        Assert.Equal(["POST", "DELETE"], server.Requests.Select(asked => asked.What.Split(' ')[0]));
        works = true;

        clock.Advance(TimeSpan.FromSeconds(1));

        await Eventually.TrueAsync(() => server.Requests.Count == 3, "the request");
        Assert.Equal("DELETE /nacos/v1/ns/instance", server.Requests.Last().What);
    }

    /// <summary>No beat keeps it alive and no silence ends it: it is only looked for.</summary>
    [Fact]
    public async Task PersistentInstance_HasNoTimeToLive()
    {
        using var server = new ScriptedServer(_ => (200, "ok"));
        await using var backend = BackendTestKit.Create(NacosTransport.Http, options => options.Ephemeral = false, server.Address);

        var lease = await backend.RegisterAsync(TestKit.Wish(TestKit.Instance(), 6), Stop);

        Assert.Equal((TimeSpan.FromDays(365), TimeSpan.FromSeconds(5)), (lease.Group.TimeToLive, lease.Group.RenewEvery));
    }

    [Fact]
    public async Task List_IsAskedForAsOftenAsTheServerSays()
    {
        using var server = new ScriptedServer(_ => (200, """{"name":"DEFAULT_GROUP@@orders","cacheMillis":3000,"hosts":[]}"""));
        var clock = new TimerClock();
        await using var backend = BackendTestKit.Create(NacosTransport.Http, options => (options.PollInterval, options.RequestTimeout) = (null, TimeSpan.FromMinutes(1)), clock, NullLogger.Instance, server.Address);
        await using var lists = backend.Transport.WatchAsync(new("public", "DEFAULT_GROUP", "orders"), Stop).GetAsyncEnumerator(Stop);
        Assert.True(await lists.MoveNextAsync());
        var next = lists.MoveNextAsync().AsTask();

        clock.Advance(TimeSpan.FromSeconds(2.6));
        Assert.InRange(Assert.Single(clock.Timers, time => time < TimeSpan.FromMinutes(1)), TimeSpan.FromSeconds(2.7), TimeSpan.FromSeconds(3.3));
        Assert.Single(server.Requests);
        clock.Advance(TimeSpan.FromSeconds(0.8));

        Assert.True(await next.WaitAsync(TimeSpan.FromSeconds(30), Stop));
        Assert.Equal(2, server.Requests.Count);
    }

    /// <summary>Processes that start together do not all go to the server that stands first.</summary>
    [Fact]
    public async Task Endpoints_AreBegunWithByChance()
    {
        using var one = new ScriptedServer(_ => (200, EmptyList));
        using var two = new ScriptedServer(_ => (200, EmptyList));
        for (var i = 0; i < 64; i++)
        {
            await using var backend = NacosBackendFactory.Create(new NacosOptions { Transport = NacosTransport.Http, Endpoints = [one.Address, two.Address] }, TimeProvider.System, NullLogger.Instance);
            await backend.ReadAsync(new("orders"), Stop);
        }

        // Either alone: one in 2^63.
        Assert.NotEmpty(one.Requests);
        Assert.NotEmpty(two.Requests);
    }

    [Fact]
    public async Task Names_NoRightToAskThemOnV3Alone_SaysThatAndNotThatTheServerHasNoApi()
    {
        using var server = new ScriptedServer(asked => asked.What.Contains("/v3/", StringComparison.Ordinal) ? (403, "authorization failed!") : (410, "gone"));
        await using var backend = BackendTestKit.Create(NacosTransport.Http, server.Address);

        var error = await Assert.ThrowsAnyAsync<RegistryException>(async () => await backend.Transport.ListNamesAsync("public", "DEFAULT_GROUP", Stop));

        Assert.Contains("/v3/admin/ns/service/list", error.Message, StringComparison.Ordinal);
        Assert.Contains("no right", error.Message, StringComparison.Ordinal);
        Assert.False(error.IsTransient);
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
            : (200, asked.What.EndsWith("/beat", StringComparison.Ordinal) ? Known : "ok"));
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
    public async Task Read_NothingReadable_IsNoEmptyList()
    {
        using var server = new ScriptedServer(_ => (200, """{"name":"DEFAULT_GROUP@@orders","hosts":[{"ip":"","port":80},{"ip":{}}]}"""));
        await using var backend = BackendTestKit.Create(NacosTransport.Http, server.Address);

        Assert.True((await Assert.ThrowsAnyAsync<RegistryException>(async () => await backend.ReadAsync(new("orders"), Stop))).IsTransient);
    }

    [Fact]
    public async Task Deregistration_Failed_LeavesTheAddressToAnother()
    {
        using var server = new ScriptedServer(asked => asked.What.StartsWith("DELETE", StringComparison.Ordinal) ? (500, "no") : (200, asked.What.EndsWith("/beat", StringComparison.Ordinal) ? Known : "ok"));
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
        using var server = new ScriptedServer(asked => (200, asked.What.EndsWith("/beat", StringComparison.Ordinal) ? Known : "ok"));
        await using var backend = BackendTestKit.Create(NacosTransport.Http, server.Address);
        var lease = await backend.RegisterAsync(TestKit.Wish(TestKit.Instance(id: "one")), Stop);

        var error = await Assert.ThrowsAnyAsync<RegistryException>(async () => await backend.RegisterAsync(TestKit.Wish(TestKit.Instance(id: "two")), Stop));
        Assert.False(error.IsTransient);

        await backend.DeregisterAsync(lease, Stop);
        await backend.RegisterAsync(TestKit.Wish(TestKit.Instance(id: "two")), Stop);
    }

    /// <summary>Remembers for how long timers were set.</summary>
    private sealed class TimerClock : FakeTimeProvider
    {
        public ConcurrentQueue<TimeSpan> Timers { get; } = [];

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime > TimeSpan.Zero)
            {
                Timers.Enqueue(dueTime);
            }

            return base.CreateTimer(callback, state, dueTime, period);
        }
    }
}
