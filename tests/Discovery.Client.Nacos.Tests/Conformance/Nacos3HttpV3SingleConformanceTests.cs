using Discovery.Client.Nacos.Tests.Servers;

namespace Discovery.Client.Nacos.Tests.Conformance;

[Trait("Category", NacosServers.LongForm)]
public sealed class Nacos3HttpV3SingleConformanceTests(Nacos3HttpV3SingleConformanceTests.Setup setup) : NacosConformance(setup), IClassFixture<Nacos3HttpV3SingleConformanceTests.Setup>
{
    public sealed class Setup : NacosSetup
    {
        public override string Kind => "nacos3";

        public override NacosTransport Transport => NacosTransport.Http;

        public override bool WithoutV1 => true;
    }
}
