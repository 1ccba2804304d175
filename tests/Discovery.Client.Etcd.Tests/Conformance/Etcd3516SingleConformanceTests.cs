using Discovery.Client.Etcd.Tests.Servers;

namespace Discovery.Client.Etcd.Tests.Conformance;

public sealed class Etcd3516SingleConformanceTests(Etcd3516SingleConformanceTests.Setup setup) : EtcdConformance(setup), IClassFixture<Etcd3516SingleConformanceTests.Setup>
{
    public sealed class Setup : EtcdSetup
    {
        public override string Version => EtcdServers.Middle;

        public override bool IsCluster => false;
    }
}
