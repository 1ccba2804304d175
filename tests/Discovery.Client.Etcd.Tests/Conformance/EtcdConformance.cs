using Discovery.Client.Conformance;

namespace Discovery.Client.Etcd.Tests.Conformance;

/// <summary>The suite on one set-up of servers.</summary>
public abstract class EtcdConformance(EtcdSetup setup) : RegistryBackendConformance
{
    protected override ValueTask<ConformanceTarget> CreateTargetAsync()
    {
        Assert.SkipWhen(setup.Missing is not null, setup.Missing ?? "");
        return new(new EtcdTarget(setup));
    }
}
