using Discovery.Client.Consul.Tests.Servers;

namespace Discovery.Client.Consul.Tests.Conformance;

public sealed class Consul1225SingleConformanceTests(Consul1225SingleConformanceTests.Setup setup) : ConsulConformance(setup), IClassFixture<Consul1225SingleConformanceTests.Setup>
{
    public sealed class Setup : ConsulSetup
    {
        public override string Version => ConsulServers.Newest;

        public override bool IsCluster => false;
    }
}
