using System.Runtime.CompilerServices;
using Discovery.Client.Selection;
using Discovery.Client.Snapshots;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Discovery.Client.Resilience;

/// <summary>Keeps a circuit with each node for as long as the node lives.</summary>
internal sealed class CircuitBreakerPolicy : IAttemptPolicy, IDisposable
{
    private readonly ConditionalWeakTable<ServiceNode, InstanceCircuit> _circuits = [];
    private readonly IOptionsMonitor<DiscoveryClientOptions> _options;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly IDisposable? _reloads;

    public CircuitBreakerPolicy(IOptionsMonitor<DiscoveryClientOptions> options, TimeProvider clock, ILogger<CircuitBreakerPolicy> logger)
    {
        (_options, _clock, _logger) = (options, clock, logger);
        _reloads = options.OnChange((_, _) => RetireDisabled());
    }

    public void Dispose() => _reloads?.Dispose();

    public Task<HttpResponseMessage> SendAsync(
        ServiceView view, ServiceNode node, HttpRequestMessage request, Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> send, CancellationToken cancellationToken)
        => Find(view, node) is { } circuit ? circuit.SendAsync(request, send, cancellationToken) : send(request, cancellationToken);

    public HttpResponseMessage Send(
        ServiceView view, ServiceNode node, HttpRequestMessage request, Func<HttpRequestMessage, CancellationToken, HttpResponseMessage> send, CancellationToken cancellationToken)
        => Find(view, node) is { } circuit ? circuit.Send(request, send, cancellationToken) : send(request, cancellationToken);

    // Null: the request passes without one.
    private InstanceCircuit? Find(ServiceView view, ServiceNode node)
    {
        var settings = SettingsOf(view.ServiceName);

        // A refused node is chosen only when there is no other.
        return !settings.Enabled || (node.IsRefused && !settings.FailFast) ? null : Circuit(view, node, settings);
    }

    private CircuitBreakerOptions SettingsOf(string service)
        => (_options.CurrentValue is var current && current.Services.TryGetValue(service, out var declared) ? declared.Requests ?? current.Requests : current.Requests).CircuitBreaker;

    private void RetireDisabled()
    {
        foreach (var (node, circuit) in _circuits)
        {
            if (!SettingsOf(circuit.Service).Enabled && _circuits.Remove(node))
            {
                circuit.Retire();
            }
        }
    }

    private InstanceCircuit Circuit(ServiceView view, ServiceNode node, CircuitBreakerOptions settings)
    {
        if (_circuits.TryGetValue(node, out var circuit) && circuit.IsFor(settings))
        {
            return circuit;
        }

        var made = new InstanceCircuit(view.ServiceName, node, settings, _clock, _logger);
        circuit?.Retire();
        _circuits.AddOrUpdate(node, made);
        return made;
    }
}
