using Discovery.Client.Conformance;

namespace Discovery.Client.Etcd.Tests.Conformance;

/// <summary>Faults concern the member that clients use: in a cluster the others keep what it knew, so that the suite's clients, which know only this one, see it come back.</summary>
internal sealed class EtcdTarget(EtcdSetup setup) : ConformanceTarget
{
    private bool _killed;
    private bool _paused;
    private bool _proxied;

    public override string Name => setup.Name;

    public override TimeSpan ShortestTimeToLive => TimeSpan.FromSeconds(2);

    public override TimeSpan SilenceLimit => TimeSpan.FromSeconds(40);

    /// <summary>A member that lost its data is another member to the cluster: only a single one can be wiped.</summary>
    public override ConformanceFaults Faults
        => ConformanceFaults.Kill | ConformanceFaults.Pause | ConformanceFaults.Cut | ConformanceFaults.Swallow | (setup.IsCluster ? ConformanceFaults.None : ConformanceFaults.Wipe);

    public override IRegistryBackend CreateBackend() => BackendTestKit.Create(setup.Members[0].Address);

    public override IRegistryBackend CreateProxiedBackend() => BackendTestKit.Create(setup.Proxy!.Address);

    public override async Task KillAsync(CancellationToken cancellationToken)
    {
        _killed = true;
        await setup.Members[0].KillAsync();
    }

    public override async Task RestartAsync(CancellationToken cancellationToken)
    {
        await setup.Members[0].RestartAsync(cancellationToken);
        _killed = false;
    }

    public override Task WipeAsync(CancellationToken cancellationToken) => setup.Members[0].WipeAsync(cancellationToken);

    public override async Task PauseAsync(CancellationToken cancellationToken)
    {
        _paused = true;
        await setup.Members[0].PauseAsync();
    }

    public override async Task ResumeAsync(CancellationToken cancellationToken)
    {
        await setup.Members[0].ResumeAsync();
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
            setup.Members[0].KeepLog();
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
    }
}
