namespace Discovery.Client.Servers;

/// <summary>A registry in one version: how the scripts call it, which ports a node takes, and how an older version is fetched.</summary>
public sealed class ServerKind
{
    /// <summary>Nacos ends when its own database has not opened within three seconds, which it has not on a machine where several start at once.</summary>
    private static readonly string[] NacosPatience = ["db.pool.config.connectionTimeout=60000"];

    public static readonly ServerKind Consul = new("consul", "Consul 1.22.5", [0, 1, 2, 3, 4, 5, 6]);
    public static readonly ServerKind Consul18 = new("consul", "Consul 1.8.7", [0, 1, 2, 3, 4, 5], new("consul", "CONSUL_BIN", "consul/usr/bin/consul"));
    public static readonly ServerKind Etcd = new("etcd", "etcd 3.6.16", [0, 1]);
    public static readonly ServerKind Etcd35 = new("etcd", "etcd 3.5.16", [0, 1], new("etcd", "ETCD_BIN", "etcd35/usr/bin/etcd"));
    public static readonly ServerKind Etcd34 = new("etcd", "etcd 3.4.23", [0, 1], new("etcd", "ETCD_BIN", "etcd34/usr/bin/etcd"));
    public static readonly ServerKind ZooKeeper = new("zookeeper", "ZooKeeper 3.9.4", [0, 1, 2]);
    public static readonly ServerKind ZooKeeper38 = new("zookeeper", "ZooKeeper 3.8.0", [0, 1, 2], new("zookeeper", "ZOOKEEPER_LIB", "zk38/lib"));
    public static readonly ServerKind Nacos2 = new("nacos2", "Nacos 2.3.2", [0, 1000, 1001, -1000]) { Settings = NacosPatience, StartsInTurn = true };
    public static readonly ServerKind Nacos3 = new("nacos3", "Nacos 3.1.0", [0, 1000, 1001, -1000]) { Settings = NacosPatience, StartsInTurn = true };
    public static readonly ServerKind RNacos = new("rnacos", "r-nacos 0.8.8", [0, 1000, 2]);
    public static readonly ServerKind Eureka = new("eureka", "Eureka 2.0.5", [0]);

    private ServerKind(string kind, string name, int[] portOffsets, Older? older = null)
    {
        Kind = kind;
        Name = name;
        PortOffsets = portOffsets;
        OlderVersion = older;
    }

    /// <summary>The word the scripts <c>run</c> and <c>ready</c> know it by.</summary>
    public string Kind { get; }

    /// <summary>Name and version, for people.</summary>
    public string Name { get; }

    internal IReadOnlyList<int> PortOffsets { get; }

    /// <summary>What every node of it is started with beside the settings of the test.</summary>
    internal IReadOnlyList<string> Settings { get; private init; } = [];

    /// <summary>Whether not all of them start at once that tests ask for at once; see <see cref="Internal.StartTurn"/>.</summary>
    internal bool StartsInTurn { get; private init; }

    internal Older? OlderVersion { get; }

    public override string ToString() => Name;

    /// <param name="Script">The word in <c>older/install-WORD.sh</c>.</param>
    /// <param name="Variable">What tells <c>run</c> to start it.</param>
    /// <param name="Path">Where the script puts it, below the folder it is given.</param>
    internal sealed record Older(string Script, string Variable, string Path);
}
