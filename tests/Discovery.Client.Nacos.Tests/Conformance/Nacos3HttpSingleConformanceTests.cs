using Discovery.Client.Nacos.Tests.Servers;

namespace Discovery.Client.Nacos.Tests.Conformance;

[Trait("Category", NacosServers.LongForm)]
public sealed class Nacos3HttpSingleConformanceTests(Nacos3HttpSingleConformanceTests.Setup setup) : NacosConformance(setup), IClassFixture<Nacos3HttpSingleConformanceTests.Setup>
{
    public sealed class Setup : NacosSetup
    {
        public override string Kind => "nacos3";

        public override NacosTransport Transport => NacosTransport.Http;
    }
}
