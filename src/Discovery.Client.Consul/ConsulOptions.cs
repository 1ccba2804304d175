namespace Discovery.Client;

/// <summary>How one Consul is reached and used. Configured under <c>Discovery:Consul</c>, or under a name of its own in <c>Discovery:Backends</c>.</summary>
public sealed class ConsulOptions
{
    /// <summary>The agents, <c>http</c> or <c>https</c>. A path stands before those of all requests. One is chosen at random and kept until it fails. The default is <c>http://127.0.0.1:8500</c>.</summary>
    public IList<Uri> Endpoints { get; set; } = [new("http://127.0.0.1:8500")];

    /// <summary>The ACL token, sent as a header. The default is none. Never logged.</summary>
    public string? Token { get; set; }

    /// <summary>A file that holds the ACL token; read again when it changes, so that the token can rotate. It goes before <see cref="Token"/>. The default is none.</summary>
    public string? TokenFile { get; set; }

    /// <summary>The datacenter that is read where a query names none. The default is the agent's own. Instances are always registered in the agent's.</summary>
    public string? Datacenter { get; set; }

    /// <summary>Tags that each instance registered here gets. The default is none.</summary>
    public IList<string> Tags { get; set; } = [];

    /// <summary>How long one blocking query waits for a change, 1 to 60 seconds. The default is 30 seconds.</summary>
    public TimeSpan WaitTime { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How many blocking queries this process keeps open at once, 1 to 1000; watched services beyond that take turns. The default is 64,
    /// because an agent allows 200 connections to all processes of one address together.
    /// </summary>
    public int MaxConcurrentQueries { get; set; } = 64;

    /// <summary>In how long every watched service has had a turn when there are more of them than <see cref="MaxConcurrentQueries"/>. The default is 10 seconds.</summary>
    public TimeSpan TurnCycle { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Whether watches use Consul's streaming backend where the server has it. It costs the servers less and delays each change on a cluster by some 75 ms;
    /// its answers do not tell whether there is a leader. The default is false.
    /// </summary>
    public bool Streaming { get; set; }

    /// <summary>How long an ordinary request may take, and how much longer than asked a blocking one. The default is 10 seconds.</summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long after its last sign of life Consul removes a registration for good. Consul takes at least a minute. The default is 1 minute.</summary>
    public TimeSpan DeregisterCriticalServiceAfter { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>A PEM file with the authorities trusted to sign the agents' certificates. The default is the system's store. Read again when it changes.</summary>
    public string? CaFile { get; set; }

    /// <summary>A PEM file with the certificate shown to the agents. The default is none. Read again when it changes.</summary>
    public string? ClientCertificateFile { get; set; }

    /// <summary>A PEM file with the private key of <see cref="ClientCertificateFile"/>. The default is that file itself.</summary>
    public string? ClientKeyFile { get; set; }

    /// <summary>The password of <see cref="ClientKeyFile"/>. The default is none. Never logged.</summary>
    public string? ClientKeyPassword { get; set; }

    /// <summary>The name the agents' certificates are checked against. The default is the endpoint's host.</summary>
    public string? ServerName { get; set; }

    internal TlsFiles TlsFiles => new(CaFile, ClientCertificateFile, ClientKeyFile, ClientKeyPassword, ServerName);
}
