using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;

namespace Discovery.Client.Nacos;

/// <summary>Nacos by its open API: lists are asked for, instances send beats.</summary>
internal sealed class HttpTransport : INacosTransport
{
    private readonly NacosOptions _options;
    private readonly INacosCredentials _credentials;
    private readonly TimeProvider _timeProvider;
    private readonly OpenApiClient _client;
    private readonly HttpRegistrations _registrations;
    private readonly NamesCalls _names;

    public HttpTransport(NacosOptions options, EndpointSet servers, BackendTls tls, INacosCredentials credentials, TimeProvider timeProvider, ILogger logger)
    {
        (_options, _credentials, _timeProvider) = (options, credentials, timeProvider);
        _client = new OpenApiClient(new NacosHttp(options, tls, timeProvider), servers, credentials, options.RequestTimeout, timeProvider, logger);
        _registrations = new HttpRegistrations(_client, new InstanceCalls(_client, [.. options.Endpoints.Distinct()], timeProvider, logger), timeProvider, logger);
        _names = new NamesCalls(_client);
    }

    public bool Pushes => false;

    public bool Beats => true;

    /// <summary>The clusters to ask for where the API cannot give all.</summary>
    private IEnumerable<string> Clusters => _options.ReadClusters.Count > 0 ? _options.ReadClusters : ((string[])["DEFAULT", _options.Cluster]).Distinct();

    public ValueTask<LeaseGroup> RegisterAsync(RegisteredInstance instance, CancellationToken cancellationToken) => _registrations.RegisterAsync(instance, cancellationToken);

    public ValueTask RenewAsync(LeaseGroup group, CancellationToken cancellationToken) => _registrations.RenewAsync((HttpLeaseGroup)group, cancellationToken);

    public ValueTask DeregisterAsync(LeaseGroup group, RegisteredInstance instance, CancellationToken cancellationToken) => _registrations.DeregisterAsync((HttpLeaseGroup)group, cancellationToken);

    public async ValueTask<NacosServiceInfo> QueryAsync(ServiceKey service, CancellationToken cancellationToken)
        => await ListAsync(_client.Current, service, cancellationToken).ConfigureAwait(false);

    public async IAsyncEnumerable<WatchedList> WatchAsync(ServiceKey service, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            var server = _client.Current;
            var list = await ListAsync(server, service, cancellationToken).ConfigureAwait(false);
            yield return new(list, server);
            await Task.Delay(PollPace.Decide(_options.PollInterval, list.CacheMillis, Chance()), _timeProvider, cancellationToken).ConfigureAwait(false);
        }
    }

    public async ValueTask<IReadOnlyCollection<string>> ListNamesAsync(string namespaceId, string group, CancellationToken cancellationToken)
        => await _names.ListAsync(namespaceId, group, cancellationToken).ConfigureAwait(false);

    public ValueTask DisposeAsync()
    {
        _registrations.Dispose();
        _client.Dispose();
        _credentials.Dispose();
        return ValueTask.CompletedTask;
    }

    private Task<NacosServiceInfo> ListAsync(Uri server, ServiceKey service, CancellationToken cancellationToken)
        => _client.AskAsync(server, api => api.List(service, Clusters), cancellationToken);

    private static double Chance() => RandomNumberGenerator.GetInt32(1001) / 1000.0;
}
