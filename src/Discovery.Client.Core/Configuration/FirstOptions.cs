using Microsoft.Extensions.Options;

namespace Discovery.Client.Configuration;

/// <summary>The options as they were first: those that the monitor made, since they would else be read and checked twice at start.</summary>
internal sealed class FirstOptions(IOptionsMonitor<DiscoveryClientOptions> monitor) : IOptions<DiscoveryClientOptions>
{
    private DiscoveryClientOptions? _value;

    public DiscoveryClientOptions Value => Volatile.Read(ref _value) ?? Interlocked.CompareExchange(ref _value, monitor.CurrentValue, null) ?? _value!;
}
