using Discovery.Client.Conformance;
using Discovery.Client.Nacos.Tests.Servers;

namespace Discovery.Client.Nacos.Tests.Conformance;

[Trait("Category", NacosServers.LongForm)]
public sealed class RNacosHttpSingleConformanceTests(RNacosHttpSingleConformanceTests.Setup setup) : NacosConformance(setup), IClassFixture<RNacosHttpSingleConformanceTests.Setup>
{
    /// <summary>r-nacos makes an instance that was deleted anew of its next beat, with all it had: nothing is lost, so nobody registers again.</summary>
    [Fact]
    public override async Task Record_DeletedBehindTheOwnersBack_IsNoticedAndPutAgain()
    {
        var instance = Instance(Target.UniqueName("deleted"));
        var provider = NewBackend();
        await using var keeper = new RegistrationProbe(provider, Lasting(instance));
        await using var probe = new WatchProbe(NewBackend(), new ServiceQuery(instance.ServiceName));
        await ShowsAsync(probe, instance);

        await Target.DeleteAsync(Lasting(instance), Cancelled);

        await ShowsAsync(probe, instance);
        await ReadsAsync(NewBackend(), instance.ServiceName, instance);
    }

    public sealed class Setup : NacosSetup
    {
        public override string Kind => "rnacos";

        public override NacosTransport Transport => NacosTransport.Http;
    }
}
