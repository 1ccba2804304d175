using Discovery.Client.Conformance;
using Discovery.Client.Servers;

namespace Discovery.Client.Nacos.Tests.Conformance;

/// <summary>Faults concern the node that clients use: in a cluster the others keep what it knew, so that the suite's clients, which know only this one, see it come back.</summary>
internal sealed class NacosTarget(NacosSetup setup) : ConformanceTarget
{
    private bool _killed;
    private bool _paused;
    private bool _proxied;

    public override string Name => setup.Name;

    /// <summary>Servers look for those that are overdue every 5 seconds, and take them out at twice the time. r-nacos has one time for all.</summary>
    public override TimeSpan ShortestTimeToLive => TimeSpan.FromSeconds(setup.Kind == "rnacos" ? 15 : 3);

    public override TimeSpan ExpiryGrace => TimeSpan.FromSeconds(8);

    public override TimeSpan LongestExpiryGrace => TimeSpan.FromSeconds(20);

    /// <summary>A service without instances stays among the names for up to two minutes.</summary>
    public override TimeSpan Patience => TimeSpan.FromSeconds(50);

    public override TimeSpan SilenceLimit => TimeSpan.FromSeconds(60);

    /// <summary>Nacos takes 1024 characters of metadata in all.</summary>
    public override int LongestMetadataValue => 128;

    /// <summary>A node that lost its data gets it from the others: only a single one can be wiped.</summary>
    public override ConformanceFaults Faults
        => ConformanceFaults.Kill | ConformanceFaults.Pause | ConformanceFaults.Cut | ConformanceFaults.Swallow | (setup.IsCluster ? ConformanceFaults.None : ConformanceFaults.Wipe);

    /// <summary>The nodes that clients know: one, or all of them where nothing is passed on between nodes, as over HTTP without the API of Nacos 1.</summary>
    private IEnumerable<ServerNode> Known => setup.Nodes.Take(setup.WithoutV1 ? setup.Nodes.Count : 1);

    public override IRegistryBackend CreateBackend() => BackendTestKit.Create(setup.Transport, [.. Known.Select(node => node.Address)]);

    public override IRegistryBackend CreateProxiedBackend() => BackendTestKit.Create(setup.Transport, setup.Proxy!.Address);

    public override async Task KillAsync(CancellationToken cancellationToken)
    {
        _killed = true;
        await Task.WhenAll(Known.Select(node => node.KillAsync()));
    }

    public override async Task RestartAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAll(Known.Select(node => node.RestartAsync(cancellationToken)));
        _killed = false;
    }

    public override Task WipeAsync(CancellationToken cancellationToken) => setup.Nodes[0].WipeAsync(cancellationToken);

    public override async Task PauseAsync(CancellationToken cancellationToken)
    {
        _paused = true;
        await Task.WhenAll(Known.Select(node => node.PauseAsync()));
    }

    public override async Task ResumeAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAll(Known.Select(node => node.ResumeAsync()));
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
            setup.Nodes[0].KeepLog();
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
