namespace Discovery.Client;

/// <summary>How one etcd is reached and used. Configured under <c>Discovery:Etcd</c>, or under a name of its own in <c>Discovery:Backends</c>.</summary>
public sealed class EtcdOptions
{
    /// <summary>The members' client addresses, <c>http</c> or <c>https</c>, without a path. One is chosen at random and kept until it fails. The default is <c>http://127.0.0.1:2379</c>.</summary>
    public IList<Uri> Endpoints { get; set; } = [new("http://127.0.0.1:2379")];

    /// <summary>What stands before all keys; it ends with a slash. An instance's key is <c>{prefix}{service}/{instance id}</c>. The default is <c>/services/</c>.</summary>
    public string KeyPrefix { get; set; } = "/services/";

    /// <summary>The user, where etcd has authentication on. The default is none; a client certificate whose common name is a user needs none.</summary>
    public string? UserName { get; set; }

    /// <summary>The password of <see cref="UserName"/>. The default is none. Never logged.</summary>
    public string? Password { get; set; }

    /// <summary>A file that holds the password; read at each authentication, so that the password can rotate. It goes before <see cref="Password"/>. The default is none.</summary>
    public string? PasswordFile { get; set; }

    /// <summary>How long a token is used before a new one is asked for; less than the members' <c>--auth-token-ttl</c>, which is 5 minutes unless changed. The default is 4 minutes.</summary>
    public TimeSpan TokenLifetime { get; set; } = TimeSpan.FromMinutes(4);

    /// <summary>How long a request may take; one that proves a lease alive also no longer than a quarter of its time to live. The default is 5 seconds.</summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long the connection may be silent before it is asked for a sign of life; etcd closes those that ask more often than every 5 seconds. The default is 5 seconds.</summary>
    public TimeSpan PingInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>A PEM file with the authorities trusted to sign the members' certificates. The default is the system's store. Read again when it changes.</summary>
    public string? CaFile { get; set; }

    /// <summary>A PEM file with the certificate shown to the members. The default is none. Read again when it changes.</summary>
    public string? ClientCertificateFile { get; set; }

    /// <summary>A PEM file with the private key of <see cref="ClientCertificateFile"/>. The default is that file itself.</summary>
    public string? ClientKeyFile { get; set; }

    /// <summary>The password of <see cref="ClientKeyFile"/>. The default is none. Never logged.</summary>
    public string? ClientKeyPassword { get; set; }

    /// <summary>The name the members' certificates are checked against. The default is the endpoint's host.</summary>
    public string? ServerName { get; set; }

    internal TlsFiles TlsFiles => new(CaFile, ClientCertificateFile, ClientKeyFile, ClientKeyPassword, ServerName);
}
