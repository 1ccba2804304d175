namespace Discovery.Client;

/// <summary>How one Nacos installation is reached and used. Configured under <c>Discovery:Nacos</c>, or under a name of its own in <c>Discovery:Backends</c>.</summary>
public sealed class NacosOptions
{
    /// <summary>The servers' addresses, <c>http</c> or <c>https</c>, with the main port (8848). One is chosen at random and kept until it fails. The default is <c>http://127.0.0.1:8848</c>.</summary>
    public IList<Uri> Endpoints { get; set; } = [new("http://127.0.0.1:8848")];

    /// <summary>How the servers are spoken to. The default is <see cref="NacosTransport.Grpc"/>.</summary>
    public NacosTransport Transport { get; set; }

    /// <summary>The id of the namespace that registrations and queries are for unless they name one. The default is <c>public</c>.</summary>
    public string Namespace { get; set; } = "public";

    /// <summary>The group that registrations and queries are for unless they name one. The default is <c>DEFAULT_GROUP</c>.</summary>
    public string Group { get; set; } = "DEFAULT_GROUP";

    /// <summary>The cluster that this process's instances are in. The default is <c>DEFAULT</c>.</summary>
    public string Cluster { get; set; } = "DEFAULT";

    /// <summary>The clusters whose instances are listed. The default is none, which means all.</summary>
    public IList<string> ReadClusters { get; set; } = [];

    /// <summary>Whether instances go when their process does. False: they stay until deregistered and are checked by the server; Nacos 2.3 and later over gRPC. The default is true.</summary>
    public bool Ephemeral { get; set; } = true;

    /// <summary>The user, where Nacos has authentication on. The default is none.</summary>
    public string? UserName { get; set; }

    /// <summary>The password of <see cref="UserName"/>. The default is none. Never logged.</summary>
    public string? Password { get; set; }

    /// <summary>A file that holds the password; read at each login, so that the password can rotate. It goes before <see cref="Password"/>. The default is none.</summary>
    public string? PasswordFile { get; set; }

    /// <summary>The access key, where requests are to be signed instead. The default is none.</summary>
    public string? AccessKey { get; set; }

    /// <summary>The secret key of <see cref="AccessKey"/>. The default is none. Never logged.</summary>
    public string? SecretKey { get; set; }

    /// <summary>A file that holds the secret key; read at each request, so that the key can rotate. It goes before <see cref="SecretKey"/>. The default is none.</summary>
    public string? SecretKeyFile { get; set; }

    /// <summary>How long a request may take. The default is 3 seconds.</summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>How often a list is asked for over HTTP, 100 milliseconds to an hour. The default is null: as often as the server says, which is every 10 seconds.</summary>
    public TimeSpan? PollInterval { get; set; }

    /// <summary>How often the list of names is asked for where names are followed; Nacos does not push it. The default is 5 seconds.</summary>
    public TimeSpan NamesInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>What is added to an endpoint's port for gRPC. The default is 1000.</summary>
    public int GrpcPortOffset { get; set; } = 1000;

    /// <summary>Whether gRPC is spoken over TLS. The default is null: where the endpoint says <c>https</c>.</summary>
    public bool? GrpcTls { get; set; }

    /// <summary>The path of the open API. The default is <c>/nacos</c>.</summary>
    public string ContextPath { get; set; } = "/nacos";

    /// <summary>A PEM file with the authorities trusted to sign the servers' certificates. The default is the system's store. Read again when it changes.</summary>
    public string? CaFile { get; set; }

    /// <summary>A PEM file with the certificate shown to the servers. The default is none. Read again when it changes.</summary>
    public string? ClientCertificateFile { get; set; }

    /// <summary>A PEM file with the private key of <see cref="ClientCertificateFile"/>. The default is that file itself.</summary>
    public string? ClientKeyFile { get; set; }

    /// <summary>The password of <see cref="ClientKeyFile"/>. The default is none. Never logged.</summary>
    public string? ClientKeyPassword { get; set; }

    /// <summary>The name the servers' certificates are checked against. The default is the endpoint's host.</summary>
    public string? ServerName { get; set; }

    internal TlsFiles TlsFiles => new(CaFile, ClientCertificateFile, ClientKeyFile, ClientKeyPassword, ServerName);
}
