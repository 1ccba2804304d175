using Discovery.Client.Nacos.Tests.Servers;

namespace Discovery.Client.Nacos.Tests.Conformance;

[Trait("Category", NacosServers.LongForm)]
public sealed class Nacos2HttpClusterConformanceTests(Nacos2HttpClusterConformanceTests.Setup setup) : NacosConformance(setup), IClassFixture<Nacos2HttpClusterConformanceTests.Setup>
{
    public sealed class Setup : NacosSetup
    {
        public override string Kind => "nacos2";

        public override NacosTransport Transport => NacosTransport.Http;

        public override bool IsCluster => true;
    }
}
