using Discovery.Client.Nacos.Tests.Servers;

namespace Discovery.Client.Nacos.Tests.Conformance;

[Trait("Category", NacosServers.LongForm)]
public sealed class RNacosGrpcSingleConformanceTests(RNacosGrpcSingleConformanceTests.Setup setup) : NacosConformance(setup), IClassFixture<RNacosGrpcSingleConformanceTests.Setup>
{
    public sealed class Setup : NacosSetup
    {
        public override string Kind => "rnacos";

        public override NacosTransport Transport => NacosTransport.Grpc;
    }
}
