using Discovery.Client.Conformance;
using Discovery.Client.Servers;

namespace Discovery.Client.Adapters.Tests;

/// <summary>A real registry: faults are those of the nodes that clients know and of the proxy before them, and end with the test.</summary>
internal abstract class ServerTarget(ServerSetup setup) : ConformanceTarget
{
    private bool _killed;
    private bool _paused;
    private bool _proxied;
    private bool _disturbed;

    public override string Name => setup.Name;

    public override ConformanceFaults Faults
        => ConformanceFaults.Kill | ConformanceFaults.Pause | ConformanceFaults.Cut | ConformanceFaults.Swallow | (setup.IsCluster ? ConformanceFaults.None : ConformanceFaults.Wipe);

    /// <summary>The nodes that clients know; the first is the one that is asked.</summary>
    protected virtual IEnumerable<ServerNode> Known => [setup.Asked];

    public override async Task KillAsync(CancellationToken cancellationToken)
    {
        _killed = _disturbed = true;
        await Task.WhenAll(Known.Select(node => node.KillAsync()));
    }

    public override async Task RestartAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAll(Known.Select(node => node.RestartAsync(cancellationToken)));
        _killed = false;
    }

    public override Task WipeAsync(CancellationToken cancellationToken)
    {
        _disturbed = true;
        return setup.Asked.WipeAsync(cancellationToken);
    }

    public override async Task PauseAsync(CancellationToken cancellationToken)
    {
        _paused = _disturbed = true;
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
            setup.Asked.KeepLog();
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

        if (_disturbed)
        {
            await setup.SettleAsync();
        }
    }
}
