namespace Discovery.Client.Consul;

/// <summary>Makes the handler of a backend. It never comes from a factory: with a discovery handler on all clients Consul would be looked up in Consul.</summary>
internal static class ConsulTransport
{
    /// <summary>How long a connection is used, so that changed DNS records and rotated certificates take effect.</summary>
    public static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(2);

    /// <summary>The longest answer that is read: some 60 000 instances. One that is longer would take the program's memory.</summary>
    public const int MaxAnswerBytes = 32 * 1024 * 1024;

    public static HttpClient Create(BackendTls tls, TimeSpan connectTimeout)
    {
        var handler = new SocketsHttpHandler
        {
            PooledConnectionLifetime = ConnectionLifetime,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
            ConnectTimeout = connectTimeout,
            EnableMultipleHttp2Connections = true,
            KeepAlivePingDelay = TimeSpan.FromSeconds(15),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(10),
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ActivityHeadersPropagator = null,
            SslOptions = tls.ForHost(null),
        };
        return new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = MaxAnswerBytes };
    }
}
