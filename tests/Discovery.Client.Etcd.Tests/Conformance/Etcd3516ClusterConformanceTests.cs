using Discovery.Client.Etcd.Tests.Servers;

namespace Discovery.Client.Etcd.Tests.Conformance;

public sealed class Etcd3516ClusterConformanceTests(Etcd3516ClusterConformanceTests.Setup setup) : EtcdConformance(setup), IClassFixture<Etcd3516ClusterConformanceTests.Setup>
{
    public sealed class Setup : EtcdSetup
    {
        public override string Version => EtcdServers.Middle;

        public override bool IsCluster => true;
    }
}
