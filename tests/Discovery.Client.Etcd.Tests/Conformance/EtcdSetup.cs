using Discovery.Client.Etcd.Tests.Servers;
using Discovery.Client.Servers;

namespace Discovery.Client.Etcd.Tests.Conformance;

/// <summary>One member of etcd, or 3; the first is the one that is asked.</summary>
public abstract class EtcdSetup : ServerSetup
{
    private IReadOnlyList<ServerNode> _members = [];

    public abstract string Version { get; }

    public override string Name => $"etcd {Version}, {(IsCluster ? "3 members" : "1 member")}";

    public override ServerNode Asked => _members[0];

    protected override async Task StartAsync() => _members = await StartNodesAsync(EtcdServers.Kind(Version));
}
