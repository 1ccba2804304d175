using Grpc.Net.Client;

namespace Discovery.Client.Etcd;

/// <summary>The one channel to the member in use. It opens its TCP connection with the first call, and again by itself when it broke.</summary>
internal sealed class EtcdConnection : IDisposable
{
    /// <summary>How long a member may take to answer a ping. Together with the interval and the handler's own rhythm it is noticed within some 10 seconds.</summary>
    private static readonly TimeSpan PingTimeout = TimeSpan.FromSeconds(3);

    private readonly GrpcChannel _channel;

    public EtcdConnection(Uri endpoint, EtcdOptions options, BackendTls tls, TimeProvider timeProvider)
    {
        Endpoint = endpoint;
        HttpMessageHandler handler = new SocketsHttpHandler
        {
            // A second connection would be opened when a server limits streams, and fail calls instead of letting them wait.
            EnableMultipleHttp2Connections = false,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            PooledConnectionLifetime = Timeout.InfiniteTimeSpan,
            ConnectTimeout = options.RequestTimeout,
            KeepAlivePingDelay = options.PingInterval,
            KeepAlivePingTimeout = PingTimeout,
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ActivityHeadersPropagator = null,
            SslOptions = tls.ForHost(null),
        };
        if (tls.ServerName is { } name && endpoint.Scheme == Uri.UriSchemeHttps)
        {
            handler = new HostHandler(name, handler);
        }

        _channel = GrpcChannel.ForAddress(endpoint, new GrpcChannelOptions { HttpHandler = handler, DisposeHttpClient = true, MaxReceiveMessageSize = null });
        Kv = new Wire.KV.KVClient(_channel);
        Leases = new Wire.Lease.LeaseClient(_channel);
        Watch = new Wire.Watch.WatchClient(_channel);
        Token = new EtcdToken(new Wire.Auth.AuthClient(_channel), options, timeProvider);
    }

    public Uri Endpoint { get; }

    public Wire.KV.KVClient Kv { get; }

    public Wire.Lease.LeaseClient Leases { get; }

    public Wire.Watch.WatchClient Watch { get; }

    public EtcdToken Token { get; }

    /// <summary>Ends all calls too.</summary>
    public void Dispose() => _channel.Dispose();

    /// <summary>The handler checks certificates against the host that a request names.</summary>
    private sealed class HostHandler(string name, HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.Headers.Host = name;
            return base.SendAsync(request, cancellationToken);
        }
    }
}
