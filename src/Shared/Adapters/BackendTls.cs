using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;

namespace Discovery.Client.Adapters;

/// <summary>The certificates for one backend. Files are looked at before each handshake, so that they can rotate; a file that cannot be read keeps the last good one in force.</summary>
internal sealed partial class BackendTls(TlsFiles files, TimeProvider timeProvider, ILogger logger)
{
    private readonly Lock _lock = new();
    private readonly WatchedFiles? _caFile = files.CaFile is { } ca ? new(timeProvider, ca) : null;
    private readonly WatchedFiles? _certificateFiles = files.CertificateFile is { } certificate ? new(timeProvider, certificate, files.KeyFile ?? certificate) : null;
    private X509Certificate2Collection? _authorities;
    private X509Certificate2? _certificate;

    /// <summary>The name that certificates are checked against and that handshakes ask for; null: the endpoint's.</summary>
    public string? ServerName { get; } = files.ServerName;

    public SslClientAuthenticationOptions ForHost(string? host)
    {
        var result = new SslClientAuthenticationOptions { TargetHost = ServerName ?? host };
        if (_caFile is not null)
        {
            result.RemoteCertificateValidationCallback = (connection, presented, chain, errors)
                => Refusal((connection as SslStream)?.TargetHostName, presented, chain, errors) is { } reason ? throw new AuthenticationException(reason) : true;
        }

        if (_certificateFiles is not null)
        {
            result.LocalCertificateSelectionCallback = (_, _, _, _, _) => Certificate()!;
        }

        return result;
    }

    /// <summary>Why a certificate is refused; null: it is not. A plain no would be told without its reason.</summary>
    private string? Refusal(string? name, X509Certificate? presented, X509Chain? sent, SslPolicyErrors errors)
    {
        if (Authorities() is not { } authorities)
        {
            return $"The server's certificate is refused: the authorities of CaFile '{_caFile!.Path}' cannot be read.";
        }

        if (presented is not X509Certificate2 certificate)
        {
            return "The server shows no certificate.";
        }

        if ((errors & SslPolicyErrors.RemoteCertificateNameMismatch) != 0)
        {
            return $"The server's certificate ({certificate.Subject}) is refused (RemoteCertificateNameMismatch): it is not for '{name}'. Set ServerName to a name that it is for.";
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        foreach (var element in sent?.ChainElements ?? Enumerable.Empty<X509ChainElement>())
        {
            chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        }

        return chain.Build(certificate) ? null
            : $"The server's certificate ({certificate.Subject}) is refused ({string.Join(", ", chain.ChainStatus.Select(status => status.Status))}): CaFile '{_caFile!.Path}' has to name the authority that signed it.";
    }

    private X509Certificate2Collection? Authorities() => Reload(ref _authorities, _caFile!, static (texts, _) =>
    {
        var result = new X509Certificate2Collection();
        result.ImportFromPem(texts[0]);

        // A file that is just being written reads as a list of none, which would trust nobody.
        return result.Count > 0 ? result : throw new CryptographicException("It has no certificate.");
    });

    private X509Certificate2? Certificate() => Reload(ref _certificate, _certificateFiles!, static (texts, password) =>
    {
        using var read = password is null ? X509Certificate2.CreateFromPem(texts[0], texts[1]) : X509Certificate2.CreateFromEncryptedPem(texts[0], texts[1], password);

        // Windows cannot use a key that lives only in memory for a handshake.
        return X509CertificateLoader.LoadPkcs12(read.Export(X509ContentType.Pkcs12), null);
    });

    private T? Reload<T>(ref T? current, WatchedFiles watched, Func<string[], string?, T> read)
        where T : class
    {
        lock (_lock)
        {
            if (!watched.TryReadChange(out var texts, out var failure))
            {
                return current;
            }

            try
            {
                var first = current is null;
                current = texts is null ? throw new IOException(failure) : read(texts, files.KeyPassword);
                if (!first)
                {
                    Log.CertificateReloaded(logger, watched.Path);
                }
            }
            // A key of another certificate, as while both files are being replaced, is an ArgumentException.
            catch (Exception error) when (error is IOException or CryptographicException or ArgumentException)
            {
                Log.CertificateUnreadable(logger, watched.Path, error.Message, current is null ? "there is none" : "the one read before stays in force");
            }

            return current;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(900, LogLevel.Information, "Certificate file {Path} has changed and was read again.", EventName = "CertificateReloaded")]
        public static partial void CertificateReloaded(ILogger logger, string path);

        [LoggerMessage(901, LogLevel.Error, "Certificate file {Path} cannot be read ({Reason}); {Consequence}.", EventName = "CertificateUnreadable")]
        public static partial void CertificateUnreadable(ILogger logger, string path, string reason, string consequence);
    }
}
