using Discovery.Client.Nacos.Tests.Servers;
using Discovery.Client.Servers;

namespace Discovery.Client.Nacos.Tests.Conformance;

/// <summary>One node of Nacos, or 3; the first is the one that is asked.</summary>
public abstract class NacosSetup : ServerSetup
{
    /// <summary><c>nacos2</c>, <c>nacos3</c> or <c>rnacos</c>.</summary>
    public abstract string Kind { get; }

    public abstract NacosTransport Transport { get; }

    /// <summary>Whether there are 3 nodes rather than one.</summary>
    public override bool IsCluster => false;

    /// <summary>Whether the API of Nacos 1 is switched off, so that only the newest is left over HTTP.</summary>
    public virtual bool WithoutV1 => false;

    public override string Name => $"{NacosServers.Kind(Kind).Name} over {Transport}{(WithoutV1 ? " v3" : "")}, {(IsCluster ? "3 nodes" : "1 node")}";

    public IReadOnlyList<ServerNode> Nodes { get; private set; } = [];

    public override ServerNode Asked => Nodes[0];

    protected override IReadOnlyList<int> ProxiedOffsets => [1000];

    protected override async Task StartAsync()
        => Nodes = await StartNodesAsync(NacosServers.Kind(Kind), Kind == "rnacos" ? [] : [.. NacosServers.TidyOften, NacosServers.LoadsSoon, .. WithoutV1 ? [NacosServers.WithoutV1] : Array.Empty<string>()]);

    public override Task SettleAsync() => IsCluster ? NacosServers.LoadedAsync(Nodes) : Task.CompletedTask;
}
