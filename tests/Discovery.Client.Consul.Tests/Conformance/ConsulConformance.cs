using Discovery.Client.Conformance;

namespace Discovery.Client.Consul.Tests.Conformance;

/// <summary>The suite on one set-up of servers.</summary>
public abstract class ConsulConformance(ConsulSetup setup) : RegistryBackendConformance
{
    protected override ValueTask<ConformanceTarget> CreateTargetAsync()
    {
        Assert.SkipWhen(setup.Missing is not null, setup.Missing ?? "");
        return new(new ConsulTarget(setup));
    }
}
