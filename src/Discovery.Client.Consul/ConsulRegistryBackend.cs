using System.Net;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;

namespace Discovery.Client.Consul;

/// <summary>Maps the contract onto Consul's HTTP API.</summary>
internal sealed class ConsulRegistryBackend : IRegistryBackend
{
    private const int MaxConcurrentReads = 16;
    private readonly ConsulOptions _options;
    private readonly ConsulClient _client;
    private readonly ConsulRegistrations _registrations;
    private readonly HeartbeatClient _heartbeats;
    private readonly QueryTurns _turns;
    private readonly ConsulBackendParts _parts;
    private readonly CancellationTokenSource _lifetime = new();
    private readonly SemaphoreSlim _reads = new(MaxConcurrentReads);

    /// <param name="options">How Consul is reached.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="logger">Where changes of state are told.</param>
    /// <param name="chooseFirst">Draws the first of so many endpoints; null: by chance.</param>
    public ConsulRegistryBackend(ConsulOptions options, TimeProvider timeProvider, ILogger logger, Func<int, int>? chooseFirst = null)
    {
        _options = options;
        var token = new ConsulToken(options, timeProvider);
        var tls = new BackendTls(options.TlsFiles, timeProvider, logger);
        var endpoints = new EndpointSet([.. options.Endpoints], (chooseFirst ?? RandomNumberGenerator.GetInt32)(Math.Max(1, options.Endpoints.Count)), timeProvider, logger);
        _client = new ConsulClient(options, token, tls, endpoints, timeProvider);
        _registrations = new ConsulRegistrations(_client, options, timeProvider, logger);
        _heartbeats = new HeartbeatClient(token, tls, new HeartbeatAddresses(Dns.GetHostAddresses), timeProvider);
        _turns = new QueryTurns(options, logger);
        _parts = new ConsulBackendParts(options, _client, new EmptyListCheck(_client, options), _turns, timeProvider, _lifetime.Token);
    }

    public RegistryCapabilities Capabilities
        => RegistryCapabilities.Register | RegistryCapabilities.WatchNames | RegistryCapabilities.ConfirmingRead | RegistryCapabilities.Push | RegistryCapabilities.BlockingRenewal;

    public ValueTask<Lease> RegisterAsync(ServiceRegistration registration, CancellationToken cancellationToken) => _registrations.RegisterAsync(registration, cancellationToken);

    public ValueTask RenewAsync(LeaseGroup group, CancellationToken cancellationToken)
    {
        var own = (ConsulLeaseGroup)group;
        try
        {
            var timeout = own.TimeToLive / 3 < _options.RequestTimeout ? own.TimeToLive / 3 : _options.RequestTimeout;
            var answer = _heartbeats.Put(own.Endpoint, own.HeartbeatPath, timeout, cancellationToken);
            return answer.IsSuccess ? ValueTask.CompletedTask
                : ConsulErrors.IsLeaseLost(answer.Status, answer.Text)
                    ? ValueTask.FromException(new LeaseLostException($"Consul at {own.Endpoint} does not know the check '{own.Id}': {ConsulErrors.Explain(answer.Status, answer.Text)}"))
                : ValueTask.FromException(ConsulClient.ToException("PUT", own.Endpoint, own.HeartbeatPath, answer));
        }
        catch (RegistryException error)
        {
            if (error.Connection is not null)
            {
                _client.Endpoints.Failed(own.Endpoint);
            }

            return ValueTask.FromException(error);
        }
        catch (OperationCanceledException error)
        {
            return ValueTask.FromCanceled(error.CancellationToken);
        }
    }

    public ValueTask DeregisterAsync(Lease lease, CancellationToken cancellationToken) => _registrations.DeregisterAsync(lease, cancellationToken);

    public async ValueTask<ServiceSnapshot> ReadAsync(ServiceQuery query, CancellationToken cancellationToken)
    {
        await _reads.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var answer = await _parts.EmptyLists.ReadAsync(_client.Endpoints.Current, query, cancellationToken).ConfigureAwait(false);
            return ConsulWatch.Decode(query, new HealthDecoder(query.Name), answer, _parts.NextEpoch(), previous: null);
        }
        finally
        {
            _reads.Release();
        }
    }

    public IAsyncEnumerable<ServiceSnapshot> WatchAsync(ServiceQuery query, ServiceSnapshot? last, CancellationToken cancellationToken)
        => new ConsulWatch(_parts, query, last).RunAsync(cancellationToken);

    public IAsyncEnumerable<IReadOnlyCollection<string>> WatchNamesAsync(CancellationToken cancellationToken)
        => ConsulNamesWatch.RunAsync(_parts, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _lifetime.CancelAsync().ConfigureAwait(false);
        _client.Dispose();
        _heartbeats.Dispose();
        _turns.Dispose();
        _reads.Dispose();
        _lifetime.Dispose();
    }
}
