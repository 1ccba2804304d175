using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Discovery.Client.Servers;

namespace Discovery.Client.Nacos.Tests.Servers;

/// <summary>Speaks TLS before a server that does not, as the entrance of an installation does, and wants to see a certificate.</summary>
internal sealed class TlsTerminator : IDisposable
{
    private readonly PortLease _port = PortLease.Take(0);
    private readonly TcpListener _listener;
    private readonly SslServerAuthenticationOptions _options;
    private readonly int _behind;

    public TlsTerminator(int behind, X509Certificate2 own, X509Certificate2Collection trusted)
    {
        _behind = behind;
        _options = new()
        {
            ServerCertificate = own,
            ClientCertificateRequired = true,
            CertificateChainPolicy = new() { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck },
        };
        _options.CertificateChainPolicy.CustomTrustStore.AddRange(trusted);
        _listener = new(IPAddress.Loopback, _port.Port);
        _listener.Start();
        _ = AcceptAsync();
    }

    public Uri Address => new($"https://127.0.0.1:{_port.Port}");

    public void Dispose()
    {
        _listener.Dispose();
        _port.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = PassAsync(await _listener.AcceptTcpClientAsync());
            }
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // Disposed.
        }
    }

    private async Task PassAsync(TcpClient client)
    {
        using var behind = new TcpClient();
        try
        {
            using (client)
            {
                await using var tls = new SslStream(client.GetStream());
                await tls.AuthenticateAsServerAsync(_options);
                await behind.ConnectAsync(IPAddress.Loopback, _behind);
                var server = behind.GetStream();
                await Task.WhenAny(tls.CopyToAsync(server), server.CopyToAsync(tls));
            }
        }
        catch (Exception end) when (end is IOException or SocketException or AuthenticationException)
        {
            // One of both has gone, or is not let in.
        }
    }
}
