using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Time.Testing;

namespace Discovery.Client.Consul.Tests.Adapters;

/// <summary>Token and certificate files that change under a running program, in the ways in which they really change.</summary>
public sealed class FileRotationTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("discovery-client-rotation-");
    private readonly FakeTimeProvider _time = new();
    private readonly RecordingLogger _log = new();
    private readonly TestAuthority _authority = new("right");

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public void Token_BehindKubernetesLinks_IsTakenWhenTheLinkIsSwapped()
    {
        var file = Publish("v1", "token", "token-one");
        var token = new ConsulToken(new() { TokenFile = file }, _time);
        Assert.Equal("token-one", token.Current());
        Publish("v2", "token", "token-two");
        Pass();
        Assert.Equal("token-two", token.Current());
    }

    /// <summary>A copy that keeps times, and tokens are all of one length.</summary>
    [Fact]
    public void Token_SameTimeAndLength_IsTakenAllTheSame()
    {
        var file = Write("token", "token-one");
        var written = File.GetLastWriteTimeUtc(file);
        var token = new ConsulToken(new() { TokenFile = file }, _time);
        Assert.Equal("token-one", token.Current());
        Write("token", "token-two");
        File.SetLastWriteTimeUtc(file, written);
        Pass();
        Assert.Equal("token-two", token.Current());
    }

    [Fact]
    public void Token_UnreadableAtFirst_IsReadWhenThatIsOver()
    {
        var file = Write("token", "token-one");
        var token = new ConsulToken(new() { TokenFile = file }, _time);
        using (new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.None))
        {
            Assert.Contains(file, Assert.Throws<RegistryException>(token.Current).Message, StringComparison.Ordinal);
            Assert.Contains("used by another process", Assert.Throws<RegistryException>(token.Current).Message, StringComparison.Ordinal);
        }

        Pass();
        Assert.Equal("token-one", token.Current());
    }

    [Fact]
    public void Token_GoneOrEmptyLater_TheLastGoodOneStays()
    {
        var file = Write("token", "token-one\n");
        var token = new ConsulToken(new() { TokenFile = file }, _time);
        Assert.Equal("token-one", token.Current());
        Write("token", " \n");
        Pass();
        Assert.Equal("token-one", token.Current());
        File.Delete(file);
        Pass();
        Assert.Equal("token-one", token.Current());
    }

    [Fact]
    public void Certificate_BehindKubernetesLinks_IsTakenWhenTheLinkIsSwapped()
    {
        var (one, two) = (_authority.Sign("one"), _authority.Sign("two"));
        Publish("v1", "tls.key", one.Key);
        var (key, file) = (Path.Combine(_folder.FullName, "tls.key"), Publish("v1", "tls.crt", one.Certificate));
        var tls = new BackendTls(new TlsFiles(CertificateFile: file, KeyFile: key), _time, _log);
        Assert.Equal("CN=one", Shown(tls)?.Subject);
        Publish("v2", "tls.key", two.Key);
        Publish("v2", "tls.crt", two.Certificate);
        Pass();
        Assert.Equal("CN=two", Shown(tls)?.Subject);
        Assert.Equal(1, _log.Count("CertificateReloaded"));
    }

    [Fact]
    public void Certificate_NeverReadable_IsToldOnceAChangeAndTakenWhenItIsGood()
    {
        var file = Path.Combine(_folder.FullName, "client.pem");
        var tls = new BackendTls(new TlsFiles(CertificateFile: file), _time, _log);
        Handshakes(tls);
        Assert.Equal(1, _log.Count("CertificateUnreadable"));
        Write("client.pem", "no certificate");
        Handshakes(tls);
        Assert.Equal(2, _log.Count("CertificateUnreadable"));
        var (certificate, key) = _authority.Sign("one");
        Write("client.pem", certificate);
        Handshakes(tls);
        Assert.Equal(3, _log.Count("CertificateUnreadable"));
        Write("client.pem", certificate + key);
        Pass();
        Assert.Equal("CN=one", Shown(tls)?.Subject);

        // Gone again, and back as it was.
        File.Delete(file);
        Pass();
        Assert.Equal("CN=one", Shown(tls)?.Subject);
        Handshakes(tls, "CN=one");
        Assert.Equal(4, _log.Count("CertificateUnreadable"));
        Write("client.pem", certificate + key);
        Handshakes(tls, "CN=one");
        Assert.Equal((4, 1), (_log.Count("CertificateUnreadable"), _log.Count("CertificateReloaded")));
        Assert.DoesNotContain(_log.Lines, line => line.Text.Contains("PRIVATE", StringComparison.Ordinal));
    }

    [Fact]
    public void Authorities_EmptyFileOrOneThatIsNone_TheLastGoodOnesStayInForce()
    {
        using var stranger = new TestAuthority("wrong");
        using var server = X509Certificate2.CreateFromPem(_authority.Sign("server").Certificate);
        var tls = new BackendTls(new TlsFiles(Write("ca.pem", stranger.Pem)), _time, _log);
        Assert.False(Trusts(tls, server));
        Write("ca.pem", _authority.Pem);
        Pass();
        Assert.True(Trusts(tls, server));
        foreach (var text in new[] { "", "no certificate" })
        {
            Write("ca.pem", text);
            Pass();
            Assert.True(Trusts(tls, server));
            Assert.True(Trusts(tls, server));
        }

        Assert.Equal((1, 2), (_log.Count("CertificateReloaded"), _log.Count("CertificateUnreadable")));
    }

    [Fact]
    public void Authorities_CertificateRefused_TheReasonAndTheSettingAreNamed()
    {
        using var server = X509Certificate2.CreateFromPem(_authority.Sign("server").Certificate);
        using var stranger = new TestAuthority("wrong");
        var missing = new BackendTls(new TlsFiles(Path.Combine(_folder.FullName, "none.pem")), _time, _log);
        Assert.Contains("none.pem' cannot be read", Refusal(missing, server, SslPolicyErrors.RemoteCertificateNameMismatch), StringComparison.Ordinal);
        Assert.Equal(1, _log.Count("CertificateUnreadable"));
        var wrong = new BackendTls(new TlsFiles(Write("ca.pem", stranger.Pem)), _time, _log);
        Assert.Contains("Set ServerName", Refusal(wrong, server, SslPolicyErrors.RemoteCertificateNameMismatch), StringComparison.Ordinal);
        var reason = Refusal(wrong, server, SslPolicyErrors.RemoteCertificateChainErrors);
        Assert.Contains("PartialChain", reason, StringComparison.Ordinal);
        Assert.Contains("CaFile", reason, StringComparison.Ordinal);
    }

    /// <summary>Between the writing of the one and of the other file they do not match.</summary>
    [Fact]
    public void Certificate_KeyOfAnother_TheLastGoodPairStaysUntilBothAreNew()
    {
        var (one, two) = (_authority.Sign("one"), _authority.Sign("two"));
        var (file, key) = (Write("client.pem", one.Certificate), Write("client.key", one.Key));
        var tls = new BackendTls(new TlsFiles(CertificateFile: file, KeyFile: key), _time, _log);
        Assert.Equal("CN=one", Shown(tls)?.Subject);
        Write("client.pem", two.Certificate);
        Handshakes(tls, "CN=one");
        Assert.Equal(1, _log.Count("CertificateUnreadable"));
        Write("client.key", two.Key);
        Pass();
        Assert.Equal("CN=two", Shown(tls)?.Subject);
    }

    private static X509Certificate? Shown(BackendTls tls) => tls.ForHost("a").LocalCertificateSelectionCallback!(new object(), "a", [], null, []);

    private static bool Trusts(BackendTls tls, X509Certificate2 server) => Refusal(tls, server, SslPolicyErrors.RemoteCertificateChainErrors) is null;

    private static string? Refusal(BackendTls tls, X509Certificate2 server, SslPolicyErrors errors)
    {
        try
        {
            Assert.True(tls.ForHost("a").RemoteCertificateValidationCallback!(new object(), server, null, errors));
            return null;
        }
        catch (AuthenticationException error)
        {
            return error.Message;
        }
    }

    private void Handshakes(BackendTls tls, string? subject = null)
    {
        for (var i = 0; i < 3; i++)
        {
            Pass();
            Assert.Equal(subject, Shown(tls)?.Subject);
        }
    }

    private void Pass() => _time.Advance(TimeSpan.FromSeconds(2));

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>Puts a file into the folder of a version, makes that the current one as a kubelet does, and returns the file's lasting path.</summary>
    private string Publish(string version, string name, string text)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder.FullName, ".." + version));
        File.WriteAllText(Path.Combine(folder.FullName, name), text);
        var data = Path.Combine(_folder.FullName, "..data");
        if (Directory.Exists(data))
        {
            Directory.Delete(data);
        }

        Directory.CreateSymbolicLink(data, ".." + version);
        var path = Path.Combine(_folder.FullName, name);
        if (!File.Exists(path))
        {
            File.CreateSymbolicLink(path, Path.Combine("..data", name));
        }

        return path;
    }
}
