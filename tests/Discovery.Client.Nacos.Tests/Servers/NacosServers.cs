using Discovery.Client.Servers;

namespace Discovery.Client.Nacos.Tests.Servers;

/// <summary>The servers that tests share.</summary>
public static class NacosServers
{
    public const string Alone = "Single Nacos servers";

    /// <summary>The trait that keeps a test out of the short form: three Java servers take both cores for ten seconds before the first test.</summary>
    public const string LongForm = "Long";

    /// <summary>The switch that leaves Nacos 3 without the API of Nacos 1, as Nacos 3.2 is.</summary>
    public const string WithoutV1 = "nacos.core.api.compatibility.client.enabled=false";

    /// <summary>
    /// Services without instances go after some 20 seconds instead of one to two minutes. Not sooner: an instance that is registered just when its empty service is tidied up stays out of the lists,
    /// which happened to two in a thousand of the tests' with 3 seconds.
    /// </summary>
    public static readonly string[] TidyOften = ["nacos.naming.clean.empty-service.interval=2000", "nacos.naming.clean.empty-service.expired-time=20000"];

    /// <summary>
    /// Nodes that start together fail to read each other's clients, and try again after this, 30 seconds by default. Then each takes its own clients' instances too from another node,
    /// as that one had them a moment before: what is registered at that moment is lost or reverted.
    /// </summary>
    public const string LoadsSoon = "nacos.core.protocol.distro.data.load.retryDelayMs=1000";

    /// <summary>
    /// A node that leaves another one's message without an answer for three seconds, as on processors that a dozen servers share, is told nothing until that one has connected anew:
    /// 35 seconds were measured, and lists of that age after it. Clients are answered as if nothing were wrong.
    /// </summary>
    public static readonly TimeSpan LongestDeafness = TimeSpan.FromMinutes(2);

    /// <summary>The servers that behave like Nacos; r-nacos has differences of its own.</summary>
    public static TheoryData<string> Versions { get; } = ["nacos2", "nacos3"];

    /// <summary>Waits until each node of a cluster has read the others' clients.</summary>
    public static Task LoadedAsync(IEnumerable<ServerNode> nodes) => Eventually.TrueAsync(() => nodes.All(IsLoaded), "the nodes have read each other's clients");

    /// <summary>A node that is killed has to read the others' clients again when it is restarted; its log goes on from life to life.</summary>
    /// <param name="node">A node that does not run.</param>
    public static void ForgetLoaded(ServerNode node) => File.Delete(LogOfLoading(node));

    private static string LogOfLoading(ServerNode node) => Path.Combine(node.DataFolder, "logs", "protocol-distro.log");

    private static bool IsLoaded(ServerNode node)
    {
        var log = LogOfLoading(node);
        if (!File.Exists(log))
        {
            return false;
        }

        using var reader = new StreamReader(new FileStream(log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        return reader.ReadToEnd().Contains("[DISTRO-INIT] load snapshot data success", StringComparison.Ordinal);
    }

    public static ServerKind Kind(string name) => name switch
    {
        "nacos2" => ServerKind.Nacos2,
        "nacos3" => ServerKind.Nacos3,
        "rnacos" => ServerKind.RNacos,
        _ => throw new ArgumentException($"There is no {name}.", nameof(name)),
    };
}

/// <summary>A server of each kind, for tests that leave it running.</summary>
public sealed class SingleNacos() : SharedServers(NacosServers.Kind, "nacos2", "nacos3", "rnacos");

[CollectionDefinition(NacosServers.Alone)]
public sealed class SingleNacosCollection : ICollectionFixture<SingleNacos>;
