using Discovery.Client.Consul.Tests.Servers;

namespace Discovery.Client.Consul.Tests.Conformance;

public sealed class Consul1225ClusterConformanceTests(Consul1225ClusterConformanceTests.Setup setup) : ConsulConformance(setup), IClassFixture<Consul1225ClusterConformanceTests.Setup>
{
    public sealed class Setup : ConsulSetup
    {
        public override string Version => ConsulServers.Newest;

        public override bool IsCluster => true;
    }
}
