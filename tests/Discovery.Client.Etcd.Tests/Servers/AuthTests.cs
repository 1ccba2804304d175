using System.Security.Cryptography;
using Discovery.Client.Conformance;

namespace Discovery.Client.Etcd.Tests.Servers;

/// <summary>Authentication: a user with the range of the prefix, tokens that end, rights that are missing.</summary>
public sealed class AuthTests : IDisposable
{
    private const string User = "discovery";
    private const string Password = "s3cret-one";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("discovery-client-etcd-auth-");
    private readonly RecordingLogger _log = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(EtcdServers.Newest)]
    [InlineData(EtcdServers.Oldest)]
    public async Task Token_Expired_IsReplacedAndNothingNoticesIt(string version)
    {
        await using var node = await OwnServer.StartAsync(version, "--auth-token-ttl", "2");
        using var admin = new EtcdAdmin(node.Address);
        await admin.EnableAuthenticationAsync(User, Password, "/services/", "/services0");
        await using var backend = Create(node.Address);
        var one = TestKit.Instance("orders", "one");
        var lease = await backend.RegisterAsync(TestKit.Wish(one, seconds: 60), Stop);
        await using var running = new WatchProbe(backend, new("orders"));
        await running.UntilAsync(list => list.Instances.Length == 1, Patience, "one", Stop);

        // A token lives on with each use, so that nothing can be asked whether it is over: a lease of twice its time, which nobody renews, is the clock.
        var clock = await admin.GrantAsync(seconds: 4);
        await Eventually.SucceedsAsync(async () => Assert.DoesNotContain(clock, await admin.LeasesAsync()), mayFail: _ => true);

        await backend.RenewAsync(lease.Group, Stop);
        await backend.RegisterAsync(TestKit.Wish(TestKit.Instance("orders", "two"), seconds: 60), Stop);
        await running.UntilAsync(list => list.Instances.Length == 2, Patience, "two", Stop);
        await using var later = new WatchProbe(backend, new("others"));
        await later.UntilAsync(_ => true, Patience, "a list", Stop);
        await backend.RegisterAsync(TestKit.Wish(TestKit.Instance("others", "three"), seconds: 60), Stop);
        await later.UntilAsync(list => list.Instances.Length == 1, Patience, "three", Stop);

        // The new watch needed a stream with the new token, and the old one came over to it.
        await Eventually.SucceedsAsync(async () => Assert.Equal(1, await admin.MetricAsync("etcd_debugging_mvcc_watch_stream_total")), mayFail: _ => true);
        await backend.RegisterAsync(TestKit.Wish(TestKit.Instance("orders", "four"), seconds: 60), Stop);
        await running.UntilAsync(list => list.Instances.Length == 3, Patience, "four", Stop);
        Assert.Empty(running.Errors);
        Assert.Empty(later.Errors);
    }

    [Fact]
    public async Task Token_AsOldAsItsLifetime_IsReplacedBeforeItIsRefused()
    {
        await using var node = await OwnServer.StartAsync();
        using var admin = new EtcdAdmin(node.Address);
        await admin.EnableAuthenticationAsync(User, Password, "/services/", "/services0");
        var clock = new SkippingClock();
        await using var backend = BackendTestKit.Create(options => (options.UserName, options.Password) = (User, Password), clock, _log, node.Address);
        string[] asked = ["grpc_server_started_total", "grpc_method=\"Authenticate\""];
        await backend.ReadAsync(new("orders"), Stop);
        var before = await admin.MetricAsync(asked);

        clock.Skip(TimeSpan.FromMinutes(3.5));
        await backend.ReadAsync(new("orders"), Stop);
        Assert.Equal(before, await admin.MetricAsync(asked));
        clock.Skip(TimeSpan.FromMinutes(1));
        await backend.ReadAsync(new("orders"), Stop);
        Assert.Equal(before + 1, await admin.MetricAsync(asked));
    }

    [Fact]
    public async Task Member_KilledInACluster_TheNextOneGivesATokenOfItsOwn()
    {
        await using var cluster = await OwnServer.StartClusterAsync();
        using var admin = new EtcdAdmin(cluster.Nodes[0].Address);
        await admin.EnableAuthenticationAsync(User, Password, "/services/", "/services0");
        await using var backend = BackendTestKit.Create(
            options => (options.UserName, options.Password) = (User, Password), TimeProvider.System, _log, [.. cluster.Nodes.Select(node => node.Address)]);
        var lease = await backend.RegisterAsync(TestKit.Wish(TestKit.Instance("orders"), seconds: 60), Stop);
        await cluster.Nodes[0].KillAsync();

        await Eventually.SucceedsAsync(async () => await backend.RenewAsync(lease.Group, Stop));
        Assert.Single((await backend.ReadAsync(new("orders"), Stop)).Instances);
    }

    [Fact]
    public async Task Password_Rotated_RunningWatchGoesOnAndTheFileIsTaken()
    {
        await using var node = await OwnServer.StartAsync();
        using var admin = new EtcdAdmin(node.Address);
        await admin.EnableAuthenticationAsync(User, Password, "/services/", "/services0");
        var file = Path.Combine(_folder.FullName, "password");
        await File.WriteAllTextAsync(file, Password + "\n", Stop);
        await using var backend = Create(node.Address, options => (options.Password, options.PasswordFile) = (null, file));
        var lease = await backend.RegisterAsync(TestKit.Wish(TestKit.Instance("orders", "one"), seconds: 60), Stop);
        await using var probe = new WatchProbe(backend, new("orders"));
        await probe.UntilAsync(list => list.Instances.Length == 1, Patience, "one", Stop);

        await admin.ChangePasswordAsync(User, "s3cret-two");
        var error = await Assert.ThrowsAnyAsync<RegistryException>(async () => await backend.RenewAsync(lease.Group, Stop));
        Assert.False(error.IsTransient);
        Assert.Contains("invalid user ID or password", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", error.ToString(), StringComparison.Ordinal);
        await File.WriteAllTextAsync(file, "s3cret-two", Stop);

        await backend.RenewAsync(lease.Group, Stop);
        await backend.RegisterAsync(TestKit.Wish(TestKit.Instance("orders", "two"), seconds: 60), Stop);
        await probe.UntilAsync(list => list.Instances.Length == 2, Patience, "two", Stop);
        Assert.Empty(probe.Errors);
        Assert.DoesNotContain(_log.Lines, line => line.Text.Contains("s3cret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task JwtToken_PermissionsChanged_IsReplaced()
    {
        using var rsa = RSA.Create(2048);
        var (publicKey, privateKey) = (Path.Combine(_folder.FullName, "public.pem"), Path.Combine(_folder.FullName, "private.pem"));
        await File.WriteAllTextAsync(publicKey, rsa.ExportSubjectPublicKeyInfoPem() + "\n", Stop);
        await File.WriteAllTextAsync(privateKey, rsa.ExportRSAPrivateKeyPem() + "\n", Stop);
        await using var node = await OwnServer.StartAsync(EtcdServers.Newest, "--auth-token", $"jwt,pub-key={publicKey},priv-key={privateKey},sign-method=RS256,ttl=10m");
        using var admin = new EtcdAdmin(node.Address);
        await admin.EnableAuthenticationAsync(User, Password, "/services/", "/services0");
        await using var backend = Create(node.Address);
        var lease = await backend.RegisterAsync(TestKit.Wish(TestKit.Instance("orders", "one"), seconds: 60), Stop);
        await using var probe = new WatchProbe(backend, new("orders"));
        await probe.UntilAsync(list => list.Instances.Length == 1, Patience, "one", Stop);

        await admin.ChangePasswordAsync(User, Password);

        await backend.RenewAsync(lease.Group, Stop);
        await using var later = new WatchProbe(backend, new("others"));
        await later.UntilAsync(_ => true, Patience, "a list", Stop);
        await backend.RegisterAsync(TestKit.Wish(TestKit.Instance("others", "two"), seconds: 60), Stop);
        await later.UntilAsync(list => list.Instances.Length == 1, Patience, "two", Stop);
        Assert.Empty(later.Errors);
    }

    [Fact]
    public async Task Role_OneKeyTooNarrow_IsAnErrorThatIsNotTransient()
    {
        await using var node = await OwnServer.StartAsync();
        using var admin = new EtcdAdmin(node.Address);
        await using var before = BackendTestKit.Create(node.Address);
        await before.RegisterAsync(TestKit.Wish(TestKit.Instance("orders"), seconds: 60), Stop);
        ServiceSnapshot last;
        await using (var probe = new WatchProbe(before, new("orders")))
        {
            last = await probe.UntilAsync(list => list.Instances.Length == 1, Patience, "one", Stop);
        }

        await admin.EnableAuthenticationAsync(User, Password, "/services/", "/services/orders/~");
        await using var backend = Create(node.Address);

        Task[] attempts =
        [
            backend.ReadAsync(new("orders"), Stop).AsTask(),
            FirstAsync(backend.WatchAsync(new("orders"), null, Stop)),
            FirstAsync(backend.WatchAsync(new("orders"), last, Stop)),
            FirstAsync(backend.WatchNamesAsync(Stop)),
            backend.RegisterAsync(TestKit.Wish(TestKit.Instance("sales")), Stop).AsTask(),
        ];
        foreach (var attempt in attempts)
        {
            var error = await Assert.ThrowsAnyAsync<RegistryException>(() => attempt);
            Assert.False(error.IsTransient, error.Message);
            Assert.Contains("permission denied", error.Message, StringComparison.Ordinal);
            Assert.Contains($"user '{User}'", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task NoUser_AuthenticationOn_SaysWhatToSet()
    {
        await using var node = await OwnServer.StartAsync();
        using var admin = new EtcdAdmin(node.Address);
        await admin.EnableAuthenticationAsync(User, Password, "/services/", "/services0");
        await using var backend = BackendTestKit.Create(node.Address);

        var error = await Assert.ThrowsAnyAsync<RegistryException>(async () => await backend.ReadAsync(new("orders"), Stop));

        Assert.False(error.IsTransient);
        Assert.Contains("set UserName and Password", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task User_AuthenticationOff_WorksAndGoesOnWhenItIsSwitchedOn()
    {
        await using var node = await OwnServer.StartAsync();
        using var admin = new EtcdAdmin(node.Address);
        await using var backend = Create(node.Address);
        var lease = await backend.RegisterAsync(TestKit.Wish(TestKit.Instance("orders"), seconds: 60), Stop);

        await admin.EnableAuthenticationAsync(User, Password, "/services/", "/services0");

        await backend.RenewAsync(lease.Group, Stop);
        Assert.Single((await backend.ReadAsync(new("orders"), Stop)).Instances);
    }

    private EtcdRegistryBackend Create(Uri address, Action<EtcdOptions>? configure = null) => BackendTestKit.Create(
        options =>
        {
            (options.UserName, options.Password) = (User, Password);
            configure?.Invoke(options);
        },
        TimeProvider.System, _log, address);

    private static async Task FirstAsync<T>(IAsyncEnumerable<T> sequence)
    {
        await using var items = sequence.GetAsyncEnumerator(Stop);

        // A watch that resumes says first that nothing changed.
        while (await items.MoveNextAsync().AsTask().WaitAsync(Patience, Stop))
        {
        }
    }
}
