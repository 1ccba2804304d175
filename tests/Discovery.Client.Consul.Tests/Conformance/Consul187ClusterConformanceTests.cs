using Discovery.Client.Consul.Tests.Servers;

namespace Discovery.Client.Consul.Tests.Conformance;

public sealed class Consul187ClusterConformanceTests(Consul187ClusterConformanceTests.Setup setup) : ConsulConformance(setup), IClassFixture<Consul187ClusterConformanceTests.Setup>
{
    public sealed class Setup : ConsulSetup
    {
        public override string Version => ConsulServers.Oldest;

        public override bool IsCluster => true;
    }
}
