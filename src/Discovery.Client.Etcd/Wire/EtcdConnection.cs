using Grpc.Core;
using Grpc.Net.Client;

namespace Discovery.Client.Etcd;

/// <summary>The one channel to the member in use. It opens its TCP connection with the first call, and again by itself when it broke.</summary>
internal sealed class EtcdConnection : IDisposable
{
    /// <summary>How long a member may take to answer a ping. Together with the interval and the handler's own rhythm it is noticed within some 10 seconds.</summary>
    private static readonly TimeSpan PingTimeout = TimeSpan.FromSeconds(3);

    private const int Idle = 0;
    private const int Asking = 1;
    private const int AskAgain = 2;

    private readonly GrpcChannel _channel;
    private readonly EtcdOptions _options;
    private readonly TimeProvider _timeProvider;
    private int _asking;

    public EtcdConnection(Uri endpoint, EtcdOptions options, BackendTls tls, TimeProvider timeProvider)
    {
        (Endpoint, Liveness, _options, _timeProvider) = (endpoint, new Liveness(timeProvider), options, timeProvider);
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
            PlaintextStreamFilter = (context, _) => ValueTask.FromResult<Stream>(new HeardStream(context.PlaintextStream, Liveness)),
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

    public Liveness Liveness { get; }

    public PageSize Pages { get; } = new();

    public Wire.KV.KVClient Kv { get; }

    public Wire.Lease.LeaseClient Leases { get; }

    public Wire.Watch.WatchClient Watch { get; }

    public EtcdToken Token { get; }

    /// <summary>Makes the member say something: the cheapest request there is, one at a time. A refusal is an answer too.</summary>
    public Question AskForASign()
    {
        // Before it is sent: a request that is just ending brings nothing for this question.
        var question = Liveness.Now();
        if (Interlocked.Exchange(ref _asking, AskAgain) == Idle)
        {
            _ = AskAsync();
        }

        return question;
    }

    /// <summary>Ends all calls too.</summary>
    public void Dispose() => _channel.Dispose();

    private async Task AskAsync()
    {
        do
        {
            Volatile.Write(ref _asking, Asking);
            await AskOnceAsync().ConfigureAwait(false);
        }
        while (Interlocked.CompareExchange(ref _asking, Idle, Asking) != Asking);
    }

    private async Task AskOnceAsync()
    {
        try
        {
            using var deadline = new CancellationTokenSource(_options.RequestTimeout, _timeProvider);
            var request = new Wire.RangeRequest { Key = Google.Protobuf.ByteString.CopyFromUtf8(_options.KeyPrefix), Limit = 1, KeysOnly = true, Serializable = true };
            await Kv.RangeAsync(request, new CallOptions(EtcdClient.Headers(null), cancellationToken: deadline.Token)).ConfigureAwait(false);
        }
        catch (Exception error) when (error is RpcException or IOException or ObjectDisposedException or InvalidOperationException or OperationCanceledException)
        {
            // Whoever asked looks at what has arrived.
        }
    }
}
