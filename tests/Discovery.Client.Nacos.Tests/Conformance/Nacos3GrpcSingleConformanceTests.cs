namespace Discovery.Client.Nacos.Tests.Conformance;

public sealed class Nacos3GrpcSingleConformanceTests(Nacos3GrpcSingleConformanceTests.Setup setup) : NacosConformance(setup), IClassFixture<Nacos3GrpcSingleConformanceTests.Setup>
{
    public sealed class Setup : NacosSetup
    {
        public override string Kind => "nacos3";

        public override NacosTransport Transport => NacosTransport.Grpc;
    }
}
