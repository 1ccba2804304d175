using Discovery.Client.Adapters;
using Microsoft.Extensions.Logging;

namespace Discovery.Client.Nacos;

#pragma warning disable CS9113 // Parameter is unread.
internal sealed class GrpcTransport(NacosOptions options, EndpointSet servers, BackendTls tls, INacosCredentials credentials, TimeProvider timeProvider, ILogger logger) : INacosTransport
{
    public bool Pushes => true;

    public bool Beats => false;

    public ValueTask<LeaseGroup> RegisterAsync(RegisteredInstance instance, CancellationToken cancellationToken) => throw new RegistryException("Not there yet.");

    public ValueTask RenewAsync(LeaseGroup group, CancellationToken cancellationToken) => throw new RegistryException("Not there yet.");

    public ValueTask DeregisterAsync(LeaseGroup group, RegisteredInstance instance, CancellationToken cancellationToken) => throw new RegistryException("Not there yet.");

    public ValueTask<NacosServiceInfo> QueryAsync(ServiceKey service, CancellationToken cancellationToken) => throw new RegistryException("Not there yet.");

    public IAsyncEnumerable<NacosServiceInfo> WatchAsync(ServiceKey service, CancellationToken cancellationToken) => throw new RegistryException("Not there yet.");

    public ValueTask<IReadOnlyCollection<string>> ListNamesAsync(string namespaceId, string group, CancellationToken cancellationToken) => throw new RegistryException("Not there yet.");

    public ValueTask DisposeAsync()
    {
        credentials.Dispose();
        return ValueTask.CompletedTask;
    }
}
