using Discovery.Client.Nacos.Tests.Servers;

namespace Discovery.Client.Nacos.Tests.Conformance;

[Trait("Category", NacosServers.LongForm)]
public sealed class Nacos3GrpcClusterConformanceTests(Nacos3GrpcClusterConformanceTests.Setup setup) : NacosConformance(setup), IClassFixture<Nacos3GrpcClusterConformanceTests.Setup>
{
    public sealed class Setup : NacosSetup
    {
        public override string Kind => "nacos3";

        public override NacosTransport Transport => NacosTransport.Grpc;

        public override bool IsCluster => true;
    }
}
