using Microsoft.Extensions.Options;

namespace Discovery.Client.Tests.Simulation;

internal sealed class TestOptions : IOptionsMonitor<DiscoveryClientOptions>, IOptions<DiscoveryClientOptions>
{
    private Action<DiscoveryClientOptions, string?>? _listeners;

    public DiscoveryClientOptions CurrentValue { get; } = new();

    public DiscoveryClientOptions Value => CurrentValue;

    public DiscoveryClientOptions Get(string? name) => CurrentValue;

    public IDisposable? OnChange(Action<DiscoveryClientOptions, string?> listener)
    {
        _listeners += listener;
        return null;
    }

    /// <summary>Changes the settings as a reload does.</summary>
    public void Reload(Action<DiscoveryClientOptions> change)
    {
        change(CurrentValue);
        _listeners?.Invoke(CurrentValue, null);
    }
}
