using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;

namespace Discovery.Client.Nacos;

/// <summary>Nacos over gRPC: pushes, and the connection as the proof of life.</summary>
internal sealed class GrpcTransport : INacosTransport
{
    /// <summary>A server that keeps its clients for less is not followed without a pause.</summary>
    private static readonly TimeSpan ShortestStay = TimeSpan.FromSeconds(1);

    private readonly GrpcContext _context;
    private readonly NacosConnections _connections;
    private readonly PersistentInstances _persistent;

    public GrpcTransport(NacosOptions options, EndpointSet servers, BackendTls tls, INacosCredentials credentials, TimeProvider timeProvider, ILogger logger)
        : this(new GrpcContext(options, tls, credentials, timeProvider, logger), servers)
    {
    }

    public GrpcTransport(GrpcContext context, EndpointSet servers)
    {
        (_context, _connections) = (context, new(context, servers));
        _persistent = new(context, _connections);
    }

    public bool Pushes => true;

    public bool Beats => false;

    internal NacosConnections Connections => _connections;

    public async ValueTask<LeaseGroup> RegisterAsync(RegisteredInstance instance, CancellationToken cancellationToken)
    {
        var connection = await _connections.CurrentAsync(instance.Service.Namespace, cancellationToken).ConfigureAwait(false);
        return instance.Instance.Ephemeral
            ? await connection.Publications.PutAsync(instance, cancellationToken).ConfigureAwait(false)
            : await _persistent.RegisterAsync(connection, instance, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask RenewAsync(LeaseGroup group, CancellationToken cancellationToken)
    {
        if (group is ServiceGroup { Lost.IsCancellationRequested: true } lost)
        {
            throw new LeaseLostException($"The registrations {lost.Id} are lost: {lost.Connection.End ?? "the server's list lacks them."}");
        }

        if (group is PersistentGroup persistent)
        {
            await _persistent.RenewAsync(await _connections.CurrentAsync(persistent.Instance.Service.Namespace, cancellationToken).ConfigureAwait(false), persistent, cancellationToken).ConfigureAwait(false);
        }
        else if (group is ServiceGroup { Connection: var connection })
        {
            await connection.QueryAsync(_context, new(connection.Namespace, _context.Options.Group, "any"), cancellationToken).ConfigureAwait(false);
        }
    }

    public async ValueTask DeregisterAsync(LeaseGroup group, RegisteredInstance instance, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (group is not ServiceGroup { Connection: var connection })
        {
            await _persistent.DeregisterAsync(await _connections.CurrentAsync(instance.Service.Namespace, cancellationToken).ConfigureAwait(false), instance, cancellationToken).ConfigureAwait(false);
            return;
        }

        // One that the server wants gone stands for a while beside the next. Neither waits for the other, which may hang.
        await Task.WhenAll(_connections.RetiredOf(connection.Namespace).Where(each => each != connection).Prepend(connection).Select(RemoveAsync)).ConfigureAwait(false);

        async Task RemoveAsync(NacosConnection each)
        {
            try
            {
                await (each.End is null ? each.Publications.RemoveAsync(instance.Service, instance.Id, cancellationToken) : Task.CompletedTask).ConfigureAwait(false);
            }
            catch (RegistryException) when (each.End is not null || each != connection)
            {
                // With a connection that is over, everything on it is gone too.
            }
        }
    }

    public async ValueTask<NacosServiceInfo> QueryAsync(ServiceKey service, CancellationToken cancellationToken)
    {
        var connection = await _connections.CurrentAsync(service.Namespace, cancellationToken).ConfigureAwait(false);
        return await connection.QueryAsync(_context, service, cancellationToken).ConfigureAwait(false);
    }

    public async IAsyncEnumerable<WatchedList> WatchAsync(ServiceKey service, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            var connection = await _connections.CurrentAsync(service.Namespace, cancellationToken).ConfigureAwait(false);
            var begun = _context.TimeProvider.GetTimestamp();
            var lists = connection.Subscriptions.WatchAsync(service, cancellationToken).GetAsyncEnumerator(cancellationToken);
            try
            {
                while (await MoveAsync(connection, lists, begun).ConfigureAwait(false))
                {
                    yield return new(lists.Current, connection);
                }
            }
            finally
            {
                await lists.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    /// <summary>The next list; none where the server wants the client elsewhere, which is no failure of its own: the watch goes on there. Servers that say so again and again are one.</summary>
    private async ValueTask<bool> MoveAsync(NacosConnection connection, IAsyncEnumerator<NacosServiceInfo> lists, long begun)
    {
        try
        {
            return await lists.MoveNextAsync().ConfigureAwait(false);
        }
        catch (RegistryException) when (connection.IsRetired && connection.End is null && _context.TimeProvider.GetElapsedTime(begun) >= ShortestStay)
        {
            return false;
        }
    }

    public async ValueTask<IReadOnlyCollection<string>> ListNamesAsync(string namespaceId, string group, CancellationToken cancellationToken)
    {
        var connection = await _connections.CurrentAsync(namespaceId, cancellationToken).ConfigureAwait(false);
        return await connection.ListNamesAsync(_context, group, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        _persistent.Dispose();
        await _connections.DisposeAsync().ConfigureAwait(false);
        _context.Credentials.Dispose();
    }
}
