using System.Net;
using System.Net.Sockets;
using Discovery.Client.Servers;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Discovery.Client.Nacos.Tests.Http;

/// <summary>Logins and signatures that real servers do not answer so on demand.</summary>
public sealed class LoginTests
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
    public async Task Token_NotRenewedBesideRequests_IsUsedAndAskedForLessAndLessOften()
    {
        var (clock, log, logins) = (new FakeTimeProvider(), new RecordingLogger(), 0);
        using var server = new ScriptedServer(_ => Interlocked.Increment(ref logins) == 1 ? (200, """{"accessToken":"t","tokenTtl":1000}""") : (500, "no"));
        var options = new NacosOptions { UserName = "u", Password = "p" };
        using var credentials = NacosCredentials.Create(options, [server.Address], new BackendTls(options.TlsFiles, clock, log), clock, log);
        await credentials.GetAsync(null, Stop);
        clock.Advance(TimeSpan.FromSeconds(800));
        var expected = 1;
        foreach (var pause in (int[])[0, 1, 2, 4, 8, 8])
        {
            clock.Advance(TimeSpan.FromSeconds(pause - 0.5 > 0 ? pause - 0.5 : 0));
            Assert.Equal("t", (await credentials.GetAsync(null, Stop))[Proof.Token]);
            clock.Advance(TimeSpan.FromSeconds(pause > 0 ? 0.5 : 0));
            expected++;
            await Eventually.TrueAsync(() => credentials.GetAsync(null, Stop).AsTask().IsCompletedSuccessfully && log.Count("TokenNotRenewed") == expected - 1, "the failed renewal");
            Assert.Equal(expected, logins);
        }

        var levels = log.Lines.Where(line => line.Event == "TokenNotRenewed").Select(line => line.Level).ToArray();
        Assert.Equal(LogLevel.Warning, levels[0]);
        Assert.All(levels[1..], level => Assert.Equal(LogLevel.Debug, level));
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
}
