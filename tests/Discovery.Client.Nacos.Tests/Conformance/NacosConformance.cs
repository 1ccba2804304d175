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
}
