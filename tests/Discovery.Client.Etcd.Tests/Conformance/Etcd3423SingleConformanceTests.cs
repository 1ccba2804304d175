using Discovery.Client.Etcd.Tests.Servers;

namespace Discovery.Client.Etcd.Tests.Conformance;

public sealed class Etcd3423SingleConformanceTests(Etcd3423SingleConformanceTests.Setup setup) : EtcdConformance(setup), IClassFixture<Etcd3423SingleConformanceTests.Setup>
{
    public sealed class Setup : EtcdSetup
    {
        public override string Version => EtcdServers.Oldest;

        public override bool IsCluster => false;
    }
}
