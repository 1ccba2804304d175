using Discovery.Client.Servers;

namespace Discovery.Client.Consul.Tests.Servers;

/// <summary>An agent that speaks TLS and wants to see a certificate.</summary>
public sealed class TlsTests : IDisposable
{
    private const string ServerName = "server.dc1.consul";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("discovery-client-tls-");
    private readonly TestAuthority _authority = new("right");
    private readonly TestAuthority _stranger = new("wrong");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _authority.Dispose();
        _stranger.Dispose();
        _folder.Delete(recursive: true);
    }

    [Theory, MemberData(nameof(ConsulServers.Versions), MemberType = typeof(ConsulServers))]
    public async Task Tls_CertificatesRotate_AreTakenWhileRunning(string version)
    {
        using var ports = PortLease.Take(0);
        await using var node = await OwnServer.StartAsync(version, "-config-file", Configure(version, ports.Port));
        var (right, wrong) = (Join(_authority.Sign("client")), Join(_stranger.Sign("client")));
        var (ca, client) = (Write("client-ca.pem", _stranger.Pem), Write("client.pem", wrong));
        var (clock, log) = (new SkippingClock(), new RecordingLogger());
        await using var backend = BackendTestKit.Create(
            o => (o.CaFile, o.ClientCertificateFile, o.ServerName, o.RequestTimeout) = (ca, client, ServerName, TimeSpan.FromSeconds(5)),
            clock, log, new Uri($"https://127.0.0.1:{ports.Port}"));

        // The agent's certificate is not trusted, then ours is not. Files are looked at once a second at most.
        await FailsAsync(backend);
        Assert.Empty(log.Lines);
        Write("client-ca.pem", _stranger.Pem + _authority.Pem);
        clock.Skip(TimeSpan.FromSeconds(2));
        await FailsAsync(backend);
        Assert.Equal(1, log.Count("CertificateReloaded"));
        Write("client.pem", right);
        clock.Skip(TimeSpan.FromSeconds(2));

        var lease = await backend.RegisterAsync(TestKit.Wish(TestKit.Instance()), Stop);
        Assert.Equal(2, log.Count("CertificateReloaded"));
        await RenewsAsync(backend, lease);
        await RenewsAsync(backend, lease);
        await using var lists = backend.WatchAsync(new("orders"), null, Stop).GetAsyncEnumerator(Stop);
        await lists.UntilAsync(list => list.Instances.Length == 1);

        // A damaged file leaves the good one in force, for new connections too: the heartbeats' is too old now and is opened again.
        Write("client.pem", "no certificate");
        Write("client-ca.pem", "");
        clock.Skip(ConsulTransport.ConnectionLifetime);
        await RenewsAsync(backend, lease);
        Assert.Equal((2, 2), (log.Count("CertificateReloaded"), log.Count("CertificateUnreadable")));
        await backend.DeregisterAsync(lease, Stop);
        await lists.UntilAsync(list => list.Instances.IsEmpty);
    }

    [Fact]
    public async Task Tls_NameOfSomebodyElse_IsRefused()
    {
        using var ports = PortLease.Take(0);
        await using var node = await OwnServer.StartAsync(ConsulServers.Newest, "-config-file", Configure(ConsulServers.Newest, ports.Port));
        var (ca, client) = (Write("client-ca.pem", _authority.Pem), Write("client.pem", Join(_authority.Sign("client"))));
        foreach (var name in new[] { null, "other.example" })
        {
            await using var backend = BackendTestKit.Create(o => (o.CaFile, o.ClientCertificateFile, o.ServerName) = (ca, client, name), new Uri($"https://127.0.0.1:{ports.Port}"));
            await FailsAsync(backend);
        }
    }

    [Fact]
    public async Task Tls_HundredsOfWatches_ShareFewConnections()
    {
        using var ports = PortLease.Take(0);
        await using var node = await OwnServer.StartAsync(ConsulServers.Newest, "-config-file", Configure(ConsulServers.Newest, ports.Port));
        var (ca, client) = (Write("client-ca.pem", _authority.Pem), Write("client.pem", Join(_authority.Sign("client"))));
        await using var backend = BackendTestKit.Create(
            o => (o.CaFile, o.ClientCertificateFile, o.ServerName, o.MaxConcurrentQueries) = (ca, client, ServerName, 300), new Uri($"https://127.0.0.1:{ports.Port}"));
        await backend.RegisterAsync(TestKit.Wish(TestKit.Instance("s0"), 120), Stop);
        var watches = Enumerable.Range(0, 300).Select(i => backend.WatchAsync(new($"s{i}"), null, Stop).GetAsyncEnumerator(Stop)).ToArray();
        await Task.WhenAll(watches.Select(watch => watch.UntilAsync(_ => true, seconds: 60)));
        var pending = watches.Select(watch => watch.MoveNextAsync().AsTask()).ToArray();

        // All ask again at once; a change is seen only when the query is there.
        var most = Sockets.CountTo(ports.Port);
        await backend.RegisterAsync(TestKit.Wish(TestKit.Instance("s299"), 120), Stop);
        await Eventually.TrueAsync(
            () =>
            {
                most = Math.Max(most, Sockets.CountTo(ports.Port));
                return pending[299].IsCompleted;
            },
            "the last watch sees its service");
        Assert.True(await pending[299]);
        Assert.Single(watches[299].Current.Instances);
        Assert.InRange(most, 1, 20);
    }

    /// <summary>An agent on a busy machine may need longer once than a heartbeat waits.</summary>
    private static Task RenewsAsync(ConsulRegistryBackend backend, Lease lease) => Eventually.SucceedsAsync(async () => await backend.RenewAsync(lease.Group, Stop));

    private static async Task FailsAsync(ConsulRegistryBackend backend)
    {
        var error = await Assert.ThrowsAsync<RegistryException>(async () => await backend.RegisterAsync(TestKit.Wish(TestKit.Instance()), Stop));
        Assert.NotNull(error.Connection);
        Assert.DoesNotContain("PRIVATE", error.ToString(), StringComparison.Ordinal);
    }

    private static string Join((string Certificate, string Key) signed) => signed.Certificate + signed.Key;

    private string Configure(string version, int port)
    {
        var (certificate, key) = _authority.Sign(ServerName);
        var files = $"""
            "ca_file": "{Write("ca.pem", _authority.Pem)}", "cert_file": "{Write("server.pem", certificate)}", "key_file": "{Write("server-key.pem", key)}"
            """;
        return Write("tls.json", version == ConsulServers.Oldest
            ? $$"""{ "ports": { "https": {{port}} }, {{files}}, "verify_incoming_https": true }"""
            : $$"""{ "ports": { "https": {{port}} }, "tls": { "https": { {{files}}, "verify_incoming": true } } }""");
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }
}
