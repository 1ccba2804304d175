using Discovery.Client.Etcd.Tests.Servers;

namespace Discovery.Client.Etcd.Tests.Conformance;

public sealed class Etcd3616SingleConformanceTests(Etcd3616SingleConformanceTests.Setup setup) : EtcdConformance(setup), IClassFixture<Etcd3616SingleConformanceTests.Setup>
{
    public sealed class Setup : EtcdSetup
    {
        public override string Version => EtcdServers.Newest;

        public override bool IsCluster => false;
    }
}
