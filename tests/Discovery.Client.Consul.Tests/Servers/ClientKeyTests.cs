using System.Security.Cryptography;
using Discovery.Client.Servers;

namespace Discovery.Client.Consul.Tests.Servers;

/// <summary>A client certificate whose key stands in a file of its own.</summary>
public sealed class ClientKeyTests : IDisposable
{
    private const string ServerName = "server.dc1.consul";
    private const string Password = "open sesame";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("discovery-client-key-");
    private readonly TestAuthority _authority = new("right");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task ClientKey_InItsOwnFile_PlainOrEncrypted_IsShown()
    {
        using var ports = PortLease.Take(0);
        var (server, serverKey) = _authority.Sign(ServerName);
        var configuration = Write("tls.json", $$"""
            { "ports": { "https": {{ports.Port}} }, "tls": { "https": { "verify_incoming": true, "ca_file": "{{Write("ca.pem", _authority.Pem)}}",
              "cert_file": "{{Write("server.pem", server)}}", "key_file": "{{Write("server.key", serverKey)}}" } } }
            """);
        await using var node = await OwnServer.StartAsync(ConsulServers.Newest, "-config-file", configuration);
        var (certificate, key) = _authority.Sign("client");
        using var encrypted = ECDsa.Create();
        encrypted.ImportFromPem(key);
        var (file, plain) = (Write("client.pem", certificate), Write("client.key", key));
        var secret = Write("client-encrypted.key", encrypted.ExportEncryptedPkcs8PrivateKeyPem(Password, new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000)));
        foreach (var (keyFile, password, works) in new[] { (plain, null, true), (secret, Password, true), (secret, "wrong", false), (secret, null, false), (plain, Password, false) })
        {
            var log = new RecordingLogger();
            var options = new ConsulOptions { Endpoints = [new Uri($"https://127.0.0.1:{ports.Port}")], CaFile = Path.Combine(_folder.FullName, "ca.pem"), ServerName = ServerName };
            (options.ClientCertificateFile, options.ClientKeyFile, options.ClientKeyPassword) = (file, keyFile, password);
            await using var backend = new ConsulRegistryBackend(options, TimeProvider.System, log);
            if (works)
            {
                var lease = await backend.RegisterAsync(TestKit.Wish(TestKit.Instance()), Stop);
                await backend.RenewAsync(lease.Group, Stop);
                await backend.DeregisterAsync(lease, Stop);
                Assert.Empty(log.Lines);
            }
            else
            {
                Assert.NotNull((await Assert.ThrowsAsync<RegistryException>(async () => await backend.RegisterAsync(TestKit.Wish(TestKit.Instance()), Stop))).Connection);
                Assert.Equal(1, log.Count("CertificateUnreadable"));
                Assert.DoesNotContain(log.Lines, line => line.Text.Contains(Password, StringComparison.Ordinal));
            }
        }
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }
}
