using Discovery.Client.Consul.Tests.Servers;

namespace Discovery.Client.Consul.Tests.Conformance;

public sealed class Consul187SingleConformanceTests(Consul187SingleConformanceTests.Setup setup) : ConsulConformance(setup), IClassFixture<Consul187SingleConformanceTests.Setup>
{
    public sealed class Setup : ConsulSetup
    {
        public override string Version => ConsulServers.Oldest;

        public override bool IsCluster => false;
    }
}
