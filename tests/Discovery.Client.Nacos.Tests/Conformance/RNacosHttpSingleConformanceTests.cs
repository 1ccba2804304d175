namespace Discovery.Client.Nacos.Tests.Conformance;

public sealed class RNacosHttpSingleConformanceTests(RNacosHttpSingleConformanceTests.Setup setup) : NacosConformance(setup), IClassFixture<RNacosHttpSingleConformanceTests.Setup>
{
    public sealed class Setup : NacosSetup
    {
        public override string Kind => "rnacos";

        public override NacosTransport Transport => NacosTransport.Http;
    }
}
