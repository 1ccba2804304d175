using Discovery.Client.Etcd.Tests.Servers;

namespace Discovery.Client.Etcd.Tests.Conformance;

public sealed class Etcd3423ClusterConformanceTests(Etcd3423ClusterConformanceTests.Setup setup) : EtcdConformance(setup), IClassFixture<Etcd3423ClusterConformanceTests.Setup>
{
    public sealed class Setup : EtcdSetup
    {
        public override string Version => EtcdServers.Oldest;

        public override bool IsCluster => true;
    }
}
