using Discovery.Client.Nacos.Tests.Servers;

namespace Discovery.Client.Nacos.Tests.Conformance;

[Trait("Category", NacosServers.LongForm)]
public sealed class Nacos2GrpcClusterConformanceTests(Nacos2GrpcClusterConformanceTests.Setup setup) : NacosConformance(setup), IClassFixture<Nacos2GrpcClusterConformanceTests.Setup>
{
    public sealed class Setup : NacosSetup
    {
        public override string Kind => "nacos2";

        public override NacosTransport Transport => NacosTransport.Grpc;

        public override bool IsCluster => true;
    }
}
