using Discovery.Client.Conformance;

namespace Discovery.Client.Nacos.Tests.Conformance;

/// <summary>The suite on one set-up of servers.</summary>
public abstract class NacosConformance(NacosSetup setup) : RegistryBackendConformance
{
    protected override ValueTask<ConformanceTarget> CreateTargetAsync()
    {
        Assert.SkipWhen(setup.Missing is not null, setup.Missing ?? "");
        return new(new NacosTarget(setup));
    }

    /// <summary>Over gRPC an instance belongs to a connection, and no other can take it out: there is nothing to be noticed.</summary>
    [Fact]
    public override Task Record_DeletedBehindTheOwnersBack_IsNoticedAndPutAgain()
    {
        Assert.SkipWhen(setup.Transport == NacosTransport.Grpc, $"{setup.Name} lets nobody else delete a record.");
        return base.Record_DeletedBehindTheOwnersBack_IsNoticedAndPutAgain();
    }
}
