namespace Discovery.Client.Consul.Tests.Conformance;

/// <summary>An agent that lost its data is another node to the servers, which keep what the old one had until it is reaped: only a server can be wiped.</summary>
internal sealed class ConsulTarget(ConsulSetup setup) : ServerTarget(setup)
{
    public override TimeSpan ShortestTimeToLive => TimeSpan.FromSeconds(1);

    /// <summary>
    /// An agent whose full synchronisation fails, or meets a registration at that moment (each server that joins makes it due), tells nothing of what expires before it tries
    /// again 15 to 30 s later. That is seen here when a thousand instances are registered just after a start.
    /// </summary>
    public override TimeSpan LongestExpiryGrace => TimeSpan.FromSeconds(35);

    public override TimeSpan SilenceLimit => TimeSpan.FromSeconds(40);

    public override IRegistryBackend CreateBackend() => Create(setup.Asked.Address);

    public override IRegistryBackend CreateProxiedBackend() => Create(setup.Proxy!.Address);

    private static ConsulRegistryBackend Create(Uri endpoint)
        => BackendTestKit.Create(options => (options.WaitTime, options.RequestTimeout) = (TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(5)), endpoint);
}
