using Discovery.Client.Etcd.Tests.Servers;

namespace Discovery.Client.Etcd.Tests.Conformance;

public sealed class Etcd3616ClusterConformanceTests(Etcd3616ClusterConformanceTests.Setup setup) : EtcdConformance(setup), IClassFixture<Etcd3616ClusterConformanceTests.Setup>
{
    public sealed class Setup : EtcdSetup
    {
        public override string Version => EtcdServers.Newest;

        public override bool IsCluster => true;
    }
}
