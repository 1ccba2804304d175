using Discovery.Client.Nacos.Tests.Servers;
using Discovery.Client.Servers;

namespace Discovery.Client.Nacos.Tests.Conformance;

/// <summary>
/// Faults concern the node that clients use: in a cluster the others keep what it knew, so that the suite's clients, which know only this one, see it come back.
/// A node that lost its data gets it from the others: only a single one can be wiped.
/// </summary>
internal sealed class NacosTarget(NacosSetup setup) : ServerTarget(setup)
{
    /// <summary>Servers look for those that are overdue every 5 seconds, and take them out at twice the time. r-nacos has one time for all.</summary>
    public override TimeSpan ShortestTimeToLive => TimeSpan.FromSeconds(setup.Kind == "rnacos" ? 15 : 3);

    public override TimeSpan ExpiryGrace => TimeSpan.FromSeconds(8);

    public override TimeSpan LongestExpiryGrace => TimeSpan.FromSeconds(20) + Deafness;

    /// <summary>A service without instances stays among the names for up to two minutes.</summary>
    public override TimeSpan Patience => TimeSpan.FromSeconds(50) + Deafness;

    public override TimeSpan SilenceLimit => TimeSpan.FromSeconds(60);

    public override TimeSpan RecoveryLimit => SilenceLimit + Deafness;

    /// <summary>Nacos takes 1024 characters of metadata in all.</summary>
    public override int LongestMetadataValue => 128;

    /// <summary>The nodes that clients know: one, or all of them where nothing is passed on between nodes, as over HTTP without the API of Nacos 1.</summary>
    protected override IEnumerable<ServerNode> Known => setup.Nodes.Take(setup.WithoutV1 ? setup.Nodes.Count : 1);

    private TimeSpan Deafness => setup.IsCluster ? NacosServers.LongestDeafness : TimeSpan.Zero;

    public override Task RestartAsync(CancellationToken cancellationToken)
    {
        foreach (var node in setup.IsCluster ? Known : [])
        {
            NacosServers.ForgetLoaded(node);
        }

        return base.RestartAsync(cancellationToken);
    }

    public override IRegistryBackend CreateBackend() => BackendTestKit.Create(setup.Transport, [.. Known.Select(node => node.Address)]);

    public override IRegistryBackend CreateProxiedBackend() => BackendTestKit.Create(setup.Transport, setup.Proxy!.Address);
}
