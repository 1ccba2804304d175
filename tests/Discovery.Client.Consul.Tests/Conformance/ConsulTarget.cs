using Discovery.Client.Conformance;

namespace Discovery.Client.Consul.Tests.Conformance;

internal sealed class ConsulTarget(ConsulSetup setup) : ConformanceTarget
{
    private bool _killed;
    private bool _wasDisturbed;
    private bool _paused;
    private bool _proxied;

    public override string Name => setup.Name;

    public override TimeSpan ShortestTimeToLive => TimeSpan.FromSeconds(1);

    /// <summary>
    /// An agent whose full synchronisation fails, or meets a registration at that moment (each server that joins makes it due), tells nothing of what expires before it tries
    /// again 15 to 30 s later. That is seen here when a thousand instances are registered just after a start.
    /// </summary>
    public override TimeSpan LongestExpiryGrace => TimeSpan.FromSeconds(35);

    public override TimeSpan SilenceLimit => TimeSpan.FromSeconds(40);

    /// <summary>An agent that lost its data is another node to the servers, which keep what the old one had until it is reaped: only a server can be wiped.</summary>
    public override ConformanceFaults Faults
        => ConformanceFaults.Kill | ConformanceFaults.Pause | ConformanceFaults.Cut | ConformanceFaults.Swallow | (setup.IsCluster ? ConformanceFaults.None : ConformanceFaults.Wipe);

    public override IRegistryBackend CreateBackend() => Create(setup.Agent!.Address);

    public override IRegistryBackend CreateProxiedBackend() => Create(setup.Proxy!.Address);

    public override async Task KillAsync(CancellationToken cancellationToken)
    {
        _killed = _wasDisturbed = true;
        await setup.Agent!.KillAsync();
    }

    public override async Task RestartAsync(CancellationToken cancellationToken)
    {
        await setup.Agent!.RestartAsync(cancellationToken);
        _killed = false;
    }

    public override Task WipeAsync(CancellationToken cancellationToken)
    {
        _wasDisturbed = true;
        return setup.Agent!.WipeAsync(cancellationToken);
    }

    public override async Task PauseAsync(CancellationToken cancellationToken)
    {
        _paused = _wasDisturbed = true;
        await setup.Agent!.PauseAsync();
    }

    public override async Task ResumeAsync(CancellationToken cancellationToken)
    {
        await setup.Agent!.ResumeAsync();
        _paused = false;
    }

    public override async Task CutAsync(CancellationToken cancellationToken)
    {
        _proxied = true;
        await setup.Proxy!.DisableAsync(cancellationToken);
    }

    public override async Task SwallowAsync(CancellationToken cancellationToken)
    {
        _proxied = true;
        await setup.Proxy!.SwallowAsync(cancellationToken);
    }

    public override async Task HealAsync(CancellationToken cancellationToken)
    {
        await setup.Proxy!.EnableAsync(cancellationToken);
        await setup.Proxy.ClearAsync(cancellationToken);
        _proxied = false;
    }

    public override async ValueTask EndTestAsync(bool failed)
    {
        if (failed)
        {
            setup.Agent!.KeepLog();
        }

        if (_paused)
        {
            await ResumeAsync(CancellationToken.None);
        }

        if (_killed)
        {
            await RestartAsync(CancellationToken.None);
        }

        if (_proxied)
        {
            await HealAsync(CancellationToken.None);
        }

        if (_wasDisturbed)
        {
            await setup.SettleAsync();
        }
    }

    private static ConsulRegistryBackend Create(Uri endpoint)
        => BackendTestKit.Create(options => (options.WaitTime, options.RequestTimeout) = (TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(5)), endpoint);
}
