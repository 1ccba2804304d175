using Discovery.Client.Nacos.Tests.Servers;

namespace Discovery.Client.Nacos.Tests.Conformance;

[Trait("Category", NacosServers.LongForm)]
public sealed class Nacos2GrpcSingleConformanceTests(Nacos2GrpcSingleConformanceTests.Setup setup) : NacosConformance(setup), IClassFixture<Nacos2GrpcSingleConformanceTests.Setup>
{
    public sealed class Setup : NacosSetup
    {
        public override string Kind => "nacos2";

        public override NacosTransport Transport => NacosTransport.Grpc;
    }
}
