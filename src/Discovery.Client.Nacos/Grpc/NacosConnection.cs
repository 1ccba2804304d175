using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Grpc.Core;
using Grpc.Net.Client;

namespace Discovery.Client.Nacos;

/// <summary>
/// One TCP connection, which is what the server knows this process by: the stream and all calls go over it. It never dials twice; when it breaks it is over, and so is all that was made on it.
/// </summary>
internal sealed partial class NacosConnection : IAsyncDisposable
{
    private const int MaxAnswerBytes = 64 * 1024 * 1024;

    private readonly CancellationTokenSource _lifetime = new();
    private readonly GrpcContext _context;
    private readonly GrpcChannel _channel;
    private readonly CallInvoker _invoker;
    private string _address = "";
    private string? _end;
    private int _dialed;

    public NacosConnection(GrpcContext context, string namespaceId, Uri endpoint)
    {
        (_context, Namespace, Endpoint) = (context, namespaceId, endpoint);
        var address = context.AddressOf(endpoint);
        HttpMessageHandler handler = new SocketsHttpHandler
        {
            ConnectCallback = ConnectAsync,
            EnableMultipleHttp2Connections = false,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            PooledConnectionLifetime = Timeout.InfiniteTimeSpan,
            ConnectTimeout = context.Options.RequestTimeout,
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ActivityHeadersPropagator = null,
            SslOptions = context.Tls.ForHost(null),
        };
        if (context.Tls.ServerName is { } name && address.Scheme == Uri.UriSchemeHttps)
        {
            handler = new HostHandler(name, handler);
        }

        _channel = GrpcChannel.ForAddress(address, new GrpcChannelOptions { HttpHandler = handler, DisposeHttpClient = true, MaxReceiveMessageSize = MaxAnswerBytes });
        _invoker = _channel.CreateCallInvoker();
        Subscriptions = new(this, context);
        Publications = new(this, context);
    }

    public string Namespace { get; }

    public Uri Endpoint { get; }

    /// <summary>What the server calls it.</summary>
    public string Id { get; private set; } = "";

    /// <summary>Cancelled when it is over.</summary>
    public CancellationToken Ended => _lifetime.Token;

    /// <summary>Why it is over; null: it is not.</summary>
    public string? End => Volatile.Read(ref _end);

    /// <summary>Whether the server ever took notice of it.</summary>
    public bool WasOpen { get; private set; }

    /// <summary>Whether nothing new is made on it.</summary>
    public bool IsRetired { get; private set; }

    public Subscriptions Subscriptions { get; }

    public Publications Publications { get; }

    /// <summary>What is done when it is over, once.</summary>
    public Action<NacosConnection, string>? OnEnded { get; set; }

    /// <summary>What is done when the server wants it elsewhere.</summary>
    public Action<NacosConnection, ServerRequest>? OnReset { get; set; }

    /// <summary>How often it dialled, for tests.</summary>
    internal int Dials => Volatile.Read(ref _dialed);

    /// <summary>Makes one call and returns its answer, whatever it says.</summary>
    /// <exception cref="RpcException">There is none.</exception>
    /// <exception cref="JsonException">It cannot be read.</exception>
    public async Task<TResponse> CallAsync<TRequest, TResponse>(
        string type, TRequest body, JsonTypeInfo<TRequest> request, JsonTypeInfo<TResponse> response, IReadOnlyDictionary<string, string>? headers, CancellationToken cancellationToken)
        where TResponse : NacosResponse
    {
        using var call = _invoker.AsyncUnaryCall(NacosMethods.Request, null, new CallOptions(cancellationToken: cancellationToken), Payloads.Write(type, body, request, headers));
        return Payloads.Read(await call.ResponseAsync.ConfigureAwait(false), response);
    }

    /// <summary>It is over: ends every call and lets everybody know who depends on it.</summary>
    public void Close(string reason)
    {
        if (Interlocked.CompareExchange(ref _end, reason, null) is not null)
        {
            return;
        }

        try
        {
            // First: whoever learns of it asks for the next one at once, and that is not to be at the server that has just failed.
            OnEnded?.Invoke(this, reason);
        }
        finally
        {
            _ = _lifetime.CancelAsync();
            _channel.Dispose();
            Subscriptions.Fail(Gone(reason));
            Publications.Lose();
        }
    }

    /// <summary>Nothing new is made on it, and what there is has to be made elsewhere; it stands until it is closed.</summary>
    public void Retire()
    {
        IsRetired = true;
        Subscriptions.Fail(Moved());
        Publications.Lose();
    }

    /// <summary>What is wanted of one that is retired: no trouble of the connection, which still serves.</summary>
    public RegistryException Moved() => new($"Nacos at {_context.AddressOf(Endpoint)} wants this client elsewhere.");

    public RegistryException Gone(string reason, Exception? cause = null)
        => new($"The connection to Nacos at {_context.AddressOf(Endpoint)} is over: {reason}", connection: Endpoint.Authority, innerException: cause);

    public async ValueTask DisposeAsync()
    {
        Close("The backend is disposed.");
        await _loops.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _dialed) > 1)
        {
            // The server would take what comes over another one for another client's. Nothing is closed while the handler below dials.
            const string Broke = "The connection broke.";
            ThreadPool.QueueUserWorkItem(static connection => connection.Close(Broke), this, preferLocal: false);
            throw new IOException(Broke);
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken).ConfigureAwait(false);
            _address = (socket.LocalEndPoint as IPEndPoint)?.Address is not { } address ? "" : (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString();
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
