using Discovery.Client.Conformance;
using Discovery.Client.Servers;

namespace Discovery.Client.Etcd.Tests.Servers;

/// <summary>A member that speaks TLS and wants to see a certificate.</summary>
public sealed class TlsTests : IDisposable
{
    private const string ServerName = "etcd.example";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("discovery-client-etcd-tls-");
    private readonly TestAuthority _authority = new("right");
    private readonly TestAuthority _stranger = new("wrong");
    private readonly PortLease _tls = PortLease.Take(0);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private Uri Address => new($"https://127.0.0.1:{_tls.Port}");

    public void Dispose()
    {
        _tls.Dispose();
        _authority.Dispose();
        _stranger.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Tls_CertificatesRotate_AreTakenWhileRunning()
    {
        await using var node = await StartAsync();
        var (ca, client) = (Write("client-ca.pem", _stranger.Pem), Write("client.pem", Join(_stranger.Sign("client"))));
        var (clock, log) = (new SkippingClock(), new RecordingLogger());
        await using var backend = BackendTestKit.Create(o => (o.CaFile, o.ClientCertificateFile, o.ServerName) = (ca, client, ServerName), clock, log, Address);

        // The member's certificate is not trusted, then ours is not. Files are looked at once a second at most.
        var error = await FailsAsync(backend);
        Assert.Contains("certificate", error.Message, StringComparison.OrdinalIgnoreCase);
        Write("client-ca.pem", _stranger.Pem + _authority.Pem);
        clock.Skip(TimeSpan.FromSeconds(2));
        await FailsAsync(backend);
        Write("client.pem", Join(_authority.Sign("client")));
        clock.Skip(TimeSpan.FromSeconds(2));

        var lease = await backend.RegisterAsync(TestKit.Wish(TestKit.Instance(), seconds: 120), Stop);
        await using var probe = new WatchProbe(backend, new("orders"));
        await probe.UntilAsync(list => list.Instances.Length == 1, Patience, "one", Stop);
        Assert.Equal(2, log.Count("CertificateReloaded"));

        // The member gets a certificate of the other authority; a damaged file of ours leaves the good one in force.
        WriteServer(_stranger);
        Write("client.pem", "no certificate");
        clock.Skip(TimeSpan.FromSeconds(2));
        await node.RestartAsync(Stop);
        await Eventually.SucceedsAsync(async () => await backend.RenewAsync(lease.Group, Stop));
        Assert.Equal(1, log.Count("CertificateUnreadable"));
        await backend.DeregisterAsync(lease, Stop);
        await probe.UntilAsync(list => list.Instances.IsEmpty, Patience, "none", Stop);
    }

    [Fact]
    public async Task ClientCertificate_ItsCommonNameIsTheUser()
    {
        await using var node = await StartAsync();
        using var admin = new EtcdAdmin(node.Address);
        await admin.EnableAuthenticationAsync("sd", "unused", "/services/", "/services0");
        await using var backend = Create(_authority.Sign("sd"));
        await using var stranger = Create(_authority.Sign("nobody"));

        var lease = await backend.RegisterAsync(TestKit.Wish(TestKit.Instance(), seconds: 60), Stop);
        await backend.RenewAsync(lease.Group, Stop);
        await using var probe = new WatchProbe(backend, new("orders"));
        await probe.UntilAsync(list => list.Instances.Length == 1, Patience, "one", Stop);

        var error = await Assert.ThrowsAnyAsync<RegistryException>(async () => await stranger.ReadAsync(new("orders"), Stop));
        Assert.False(error.IsTransient);
    }

    [Fact]
    public async Task Scheme_NotTheServers_TheErrorSaysSo()
    {
        await using var node = await StartAsync();
        await using var plain = BackendTestKit.Create(new Uri($"http://127.0.0.1:{_tls.Port}"));
        await using var secure = BackendTestKit.Create(new Uri($"https://127.0.0.1:{node.Port}"));

        Assert.Contains("must begin with https", (await FailsAsync(plain)).Message, StringComparison.Ordinal);
        Assert.Contains("must begin with http.", (await FailsAsync(secure)).Message, StringComparison.Ordinal);
    }

    private EtcdRegistryBackend Create((string Certificate, string Key) pair)
    {
        var (ca, client) = (Write("ca.pem", _authority.Pem), Write($"{Guid.NewGuid():N}.pem", Join(pair)));
        return BackendTestKit.Create(o => (o.CaFile, o.ClientCertificateFile, o.ServerName) = (ca, client, ServerName), Address);
    }

    private Task<ServerNode> StartAsync()
    {
        WriteServer(_authority);
        return OwnServer.StartAsync(
            EtcdServers.Newest,
            "--listen-client-urls", $"http://127.0.0.1:{{port}},{Address.GetLeftPart(UriPartial.Authority)}", "--advertise-client-urls", Address.GetLeftPart(UriPartial.Authority),
            "--cert-file", Path.Combine(_folder.FullName, "server.pem"), "--key-file", Path.Combine(_folder.FullName, "server-key.pem"),
            "--trusted-ca-file", Write("trusted.pem", _authority.Pem), "--client-cert-auth");
    }

    private static async Task<RegistryException> FailsAsync(EtcdRegistryBackend backend)
    {
        var error = await Assert.ThrowsAnyAsync<RegistryException>(async () => await backend.ReadAsync(new("orders"), Stop));
        Assert.True(error.IsTransient, error.Message);
        return error;
    }

    private void WriteServer(TestAuthority authority)
    {
        var (certificate, key) = authority.Sign(ServerName);
        Write("server.pem", certificate);
        Write("server-key.pem", key);
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }

    private static string Join((string Certificate, string Key) pair) => pair.Certificate + pair.Key;
}
