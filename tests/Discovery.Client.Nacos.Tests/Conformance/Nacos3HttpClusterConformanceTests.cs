using Discovery.Client.Nacos.Tests.Servers;

namespace Discovery.Client.Nacos.Tests.Conformance;

[Trait("Category", NacosServers.LongForm)]
public sealed class Nacos3HttpClusterConformanceTests(Nacos3HttpClusterConformanceTests.Setup setup) : NacosConformance(setup), IClassFixture<Nacos3HttpClusterConformanceTests.Setup>
{
    public sealed class Setup : NacosSetup
    {
        public override string Kind => "nacos3";

        public override NacosTransport Transport => NacosTransport.Http;

        public override bool IsCluster => true;
    }
}
