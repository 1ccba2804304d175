using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Discovery.Client.Consul;

/// <summary>Sends heartbeats on the calling thread alone, over connections that are kept warm for them.</summary>
internal sealed class HeartbeatClient(ConsulToken token, BackendTls tls, HeartbeatAddresses addresses, TimeProvider timeProvider) : IDisposable
{
    private readonly ConcurrentDictionary<Uri, ConcurrentBag<HeartbeatConnection>> _idle = new();
    private volatile bool _disposed;

    /// <exception cref="RegistryException">There was no answer. Transient.</exception>
    public ConsulAnswer Put(Uri endpoint, string path, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var secret = token.Current() is { } text ? $"X-Consul-Token: {text}\r\n" : "";
        var head = $"PUT {EndpointSet.Prefix(endpoint)}{path} HTTP/1.1\r\nHost: {tls.ServerName ?? endpoint.Authority}\r\n{secret}Content-Length: 0\r\n\r\n";
        var deadline = new Deadline(timeProvider, timeout);
        try
        {
            return TakeIdle(endpoint) is { } warm && TrySend(endpoint, warm, head, deadline, cancellationToken) is { } answer
                ? answer
                : Send(endpoint, HeartbeatConnection.Open(endpoint, addresses.Of(endpoint, deadline, cancellationToken), tls, deadline, timeProvider.GetTimestamp()), head, deadline, cancellationToken);
        }
        catch (Exception error) when (error is SocketException or IOException or TimeoutException or AuthenticationException or ObjectDisposedException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new RegistryException($"PUT {ConsulClient.PathOnly(path)}: Consul at {endpoint} cannot be reached: {error.Message}", connection: endpoint.Authority, innerException: error);
        }
    }

    public void Dispose()
    {
        _disposed = true;
        foreach (var connection in _idle.Values.SelectMany(bag => bag))
        {
            connection.Dispose();
        }
    }

    /// <summary>Null if a connection that was idle turns out to be dead: the agent has not taken the request, so it is sent again on a new one.</summary>
    private ConsulAnswer? TrySend(Uri endpoint, HeartbeatConnection connection, string head, Deadline deadline, CancellationToken cancellationToken)
    {
        try
        {
            return Send(endpoint, connection, head, deadline, cancellationToken);
        }
        catch (IOException) when (!cancellationToken.IsCancellationRequested)
        {
            _ = deadline.RemainingMilliseconds;
            return null;
        }
    }

    private ConsulAnswer Send(Uri endpoint, HeartbeatConnection connection, string head, Deadline deadline, CancellationToken cancellationToken)
    {
        try
        {
            using (cancellationToken.UnsafeRegister(state => ((HeartbeatConnection)state!).Dispose(), connection))
            {
                return connection.Send(head, deadline);
            }
        }
        finally
        {
            if (connection.IsReusable && !_disposed)
            {
                _idle.GetOrAdd(endpoint, _ => []).Add(connection);
            }
            else
            {
                connection.Dispose();
            }
        }
    }

    private HeartbeatConnection? TakeIdle(Uri endpoint)
    {
        while (_idle.TryGetValue(endpoint, out var bag) && bag.TryTake(out var connection))
        {
            if (timeProvider.GetElapsedTime(connection.Opened) < ConsulTransport.ConnectionLifetime)
            {
                return connection;
            }

            connection.Dispose();
        }

        return null;
    }
}
