using Discovery.Client.Nacos.Tests.Servers;

namespace Discovery.Client.Nacos.Tests.Conformance;

public sealed class Nacos3GrpcSingleConformanceTests(Nacos3GrpcSingleConformanceTests.Setup setup) : NacosConformance(setup), IClassFixture<Nacos3GrpcSingleConformanceTests.Setup>
{
    /// <summary>A service without instances stays among the names for up to two minutes.</summary>
    [Fact]
    [Trait("Category", NacosServers.LongForm)]
    public override Task WatchNames_ServicesComeAndGo_ShowsTheirNames() => base.WatchNames_ServicesComeAndGo_ShowsTheirNames();

    /// <summary>It lasts twice the granted time to live and more, a minute here.</summary>
    [Fact]
    [Trait("Category", NacosServers.LongForm)]
    public override Task Renew_AsOftenAsAsked_KeepsTheInstance() => base.Renew_AsOftenAsAsked_KeepsTheInstance();

    public sealed class Setup : NacosSetup
    {
        public override string Kind => "nacos3";

        public override NacosTransport Transport => NacosTransport.Grpc;
    }
}
