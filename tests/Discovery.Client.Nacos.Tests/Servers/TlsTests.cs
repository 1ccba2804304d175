using System.Security.Cryptography.X509Certificates;
using Discovery.Client.Conformance;

namespace Discovery.Client.Nacos.Tests.Servers;

/// <summary>Servers that speak TLS and want to see a certificate: Nacos's own gRPC, and the open API behind an entrance.</summary>
[Trait("Category", NacosServers.LongForm)]
public sealed class TlsTests : IDisposable
{
    private const string ServerName = "nacos.example";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("discovery-client-nacos-tls-");
    private readonly TestAuthority _authority = new("right");
    private readonly TestAuthority _stranger = new("wrong");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _authority.Dispose();
        _stranger.Dispose();
        _folder.Delete(recursive: true);
    }

    [Theory]
    [MemberData(nameof(NacosServers.Versions), MemberType = typeof(NacosServers))]
    public async Task Grpc_CertificatesRotate_AreTakenWhileRunning(string server)
    {
        await using var node = await OwnServer.StartAsync(server, TlsOfGrpc());
        await RotateAsync(NacosTransport.Grpc, node.Address);

        // The other way round: what is spoken there is said, with the setting for it.
        await using var plain = BackendTestKit.Create(NacosTransport.Grpc, node.Address);
        var error = await Assert.ThrowsAnyAsync<RegistryException>(async () => await plain.ReadAsync(new("orders"), Stop));
        Assert.Contains("GrpcTls", error.Message, StringComparison.Ordinal);
        await using var secure = BackendTestKit.Create(NacosTransport.Grpc, options => (options.GrpcTls, options.GrpcPortOffset) = (true, 0), node.Address);
        error = await Assert.ThrowsAnyAsync<RegistryException>(async () => await secure.ReadAsync(new("orders"), Stop));
        Assert.Contains("set GrpcTls to false", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(NacosServers.Versions), MemberType = typeof(NacosServers))]
    public async Task Http_CertificatesRotate_AreTakenWhileRunning(string server)
    {
        await using var node = await OwnServer.StartAsync(server);
        var (certificate, key) = _authority.Sign(ServerName);
        using var own = X509Certificate2.CreateFromPem(certificate, key);
        var trusted = new X509Certificate2Collection();
        trusted.ImportFromPem(_authority.Pem);
        using var entrance = new TlsTerminator(node.Port, own, trusted);

        await RotateAsync(NacosTransport.Http, entrance.Address);
    }

    private async Task RotateAsync(NacosTransport transport, Uri address)
    {
        var (ca, client) = (Write("client-ca.pem", _stranger.Pem), Write("client.pem", Join(_stranger.Sign("client"))));
        var (clock, log) = (new SkippingClock(), new RecordingLogger());
        await using var backend = BackendTestKit.Create(
            transport, options => (options.CaFile, options.ClientCertificateFile, options.ServerName, options.GrpcTls) = (ca, client, ServerName, true), clock, log, address);

        // The server's certificate is not trusted, then ours is not. Files are looked at once a second at most.
        var error = await FailsAsync(backend);
        Assert.Contains("certificate", error.Message, StringComparison.OrdinalIgnoreCase);
        Write("client-ca.pem", _stranger.Pem + _authority.Pem);
        clock.Skip(TimeSpan.FromSeconds(2));
        await FailsAsync(backend);
        Write("client.pem", Join(_authority.Sign("client")));
        clock.Skip(TimeSpan.FromSeconds(2));

        await Eventually.SucceedsAsync(async () => await backend.RegisterAsync(TestKit.Wish(TestKit.Instance(), seconds: 120), Stop), seconds: 20);
        await using var probe = new WatchProbe(backend, new("orders"));
        await probe.UntilAsync(list => list.Instances.Length == 1, Patience, "one", Stop);
        Assert.Equal(2, log.Count("CertificateReloaded"));
    }

    private string[] TlsOfGrpc()
    {
        var (certificate, key) = _authority.Sign(ServerName);
        const string Tls = "nacos.remote.server.rpc.tls.";
        return
        [
            $"{Tls}enableTls=true", $"{Tls}compatibility=false", $"{Tls}mutualAuthEnable=true", $"{Tls}trustAll=false", $"{Tls}certChainFile=file:{Write("server.pem", certificate)}",
            $"{Tls}certPrivateKey=file:{Write("server-key.pem", key)}", $"{Tls}trustCollectionCertFile=file:{Write("trusted.pem", _authority.Pem)}",
        ];
    }

    private static async Task<RegistryException> FailsAsync(NacosRegistryBackend backend)
    {
        var error = await Assert.ThrowsAnyAsync<RegistryException>(async () => await backend.ReadAsync(new("orders"), Stop));
        Assert.True(error.IsTransient, error.Message);
        return error;
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }

    private static string Join((string Certificate, string Key) pair) => pair.Certificate + pair.Key;
}
