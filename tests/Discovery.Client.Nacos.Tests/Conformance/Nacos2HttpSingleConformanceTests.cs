namespace Discovery.Client.Nacos.Tests.Conformance;

public sealed class Nacos2HttpSingleConformanceTests(Nacos2HttpSingleConformanceTests.Setup setup) : NacosConformance(setup), IClassFixture<Nacos2HttpSingleConformanceTests.Setup>
{
    public sealed class Setup : NacosSetup
    {
        public override string Kind => "nacos2";

        public override NacosTransport Transport => NacosTransport.Http;
    }
}
