namespace Discovery.Client.Etcd.Tests.Conformance;

/// <summary>
/// Faults concern the member that clients use: in a cluster the others keep what it knew, so that the suite's clients, which know only this one, see it come back.
/// A member that lost its data is another member to the cluster: only a single one can be wiped.
/// </summary>
internal sealed class EtcdTarget(EtcdSetup setup) : ServerTarget(setup)
{
    public override TimeSpan ShortestTimeToLive => TimeSpan.FromSeconds(2);

    public override TimeSpan SilenceLimit => TimeSpan.FromSeconds(40);

    public override IRegistryBackend CreateBackend() => BackendTestKit.Create(setup.Asked.Address);

    public override IRegistryBackend CreateProxiedBackend() => BackendTestKit.Create(setup.Proxy!.Address);
}
