using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Discovery.Client.Consul;

/// <summary>Maps the contract onto Consul's HTTP API.</summary>
internal sealed class ConsulRegistryBackend : IRegistryBackend
{
    private const int MaxConcurrentReads = 16;
    private readonly ConsulOptions _options;
    private readonly ConsulClient _client;
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
        var tls = new ConsulTls(options, timeProvider, logger);
        var endpoints = new EndpointSet([.. options.Endpoints], (chooseFirst ?? RandomNumberGenerator.GetInt32)(Math.Max(1, options.Endpoints.Count)), timeProvider, logger);
        _client = new ConsulClient(options, token, tls, endpoints, timeProvider);
        _heartbeats = new HeartbeatClient(token, tls, new HeartbeatAddresses(Dns.GetHostAddresses), timeProvider);
        _turns = new QueryTurns(options, logger);
        _parts = new ConsulBackendParts(options, _client, new EmptyListCheck(_client, options), _turns, timeProvider, _lifetime.Token);
    }

    public RegistryCapabilities Capabilities
        => RegistryCapabilities.Register | RegistryCapabilities.WatchNames | RegistryCapabilities.ConfirmingRead | RegistryCapabilities.Push | RegistryCapabilities.BlockingRenewal;

    public async ValueTask<Lease> RegisterAsync(ServiceRegistration registration, CancellationToken cancellationToken)
    {
        var body = RegistrationWriter.Write(registration, _options.Tags, _options.DeregisterCriticalServiceAfter);
        var endpoint = _client.Endpoints.Current;
        await PutAsync(endpoint, ConsulPaths.Register(registration.Namespace), JsonSerializer.SerializeToUtf8Bytes(body, ConsulJsonContext.Default.RegistrationBody), cancellationToken).ConfigureAwait(false);

        // A check that was only registered as passing is critical after a restart of the agent; one that was passed once is not. It also turns an existing check to the status wanted.
        var heartbeat = ConsulPaths.Heartbeat(StatusRule.Verb(registration.Instance.Status), body.Id, registration.Namespace);
        await PutAsync(endpoint, heartbeat, null, cancellationToken).ConfigureAwait(false);
        return new Lease(new ConsulLeaseGroup(endpoint, body.Id, heartbeat, registration.TimeToLive), registration);
    }

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

    public async ValueTask DeregisterAsync(Lease lease, CancellationToken cancellationToken)
    {
        var group = (ConsulLeaseGroup)lease.Group;
        var path = ConsulPaths.Deregister(group.ServiceId, lease.Registration.Namespace);
        var answer = await _client.SendAsync(HttpMethod.Put, group.Endpoint, path, null, _options.RequestTimeout, cancellationToken).ConfigureAwait(false);
        if (!answer.IsSuccess && ConsulErrors.Sort(answer.Status, answer.Text) != ConsulError.NotFound)
        {
            throw ConsulClient.ToException("PUT", group.Endpoint, path, answer);
        }
    }

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

    private async Task PutAsync(Uri endpoint, string path, byte[]? body, CancellationToken cancellationToken)
    {
        var answer = await _client.SendAsync(HttpMethod.Put, endpoint, path, body, _options.RequestTimeout, cancellationToken).ConfigureAwait(false);
        if (ConsulErrors.IsLeaseLost(answer.Status, answer.Text))
        {
            throw new RegistryException($"PUT {path}: Consul at {endpoint} lost the registration while it was made.");
        }

        if (!answer.IsSuccess)
        {
            throw ConsulClient.ToException("PUT", endpoint, path, answer);
        }
    }
}
