using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;

namespace Discovery.Client.Nacos;

/// <summary>Sends requests to a server: one attempt each, the whole answer or a typed error. Its handler never comes from a factory: with a discovery handler on all clients Nacos would be looked up in Nacos.</summary>
internal sealed class NacosHttp : IDisposable
{
    /// <summary>The longest answer that is read. One that is longer would take the program's memory.</summary>
    private const int MaxAnswerBytes = 64 * 1024 * 1024;

    /// <summary>How long a connection is used, so that changed DNS records and rotated certificates take effect.</summary>
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(2);

    private readonly HttpClient _http;
    private readonly BackendTls _tls;
    private readonly TimeProvider _timeProvider;
    private readonly TimeSpan _timeout;
    private readonly string _contextPath;

    public NacosHttp(NacosOptions options, BackendTls tls, TimeProvider timeProvider)
    {
        (_tls, _timeProvider, _timeout, _contextPath) = (tls, timeProvider, options.RequestTimeout, options.ContextPath.TrimEnd('/'));
        var handler = new SocketsHttpHandler
        {
            PooledConnectionLifetime = ConnectionLifetime,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
            ConnectTimeout = options.RequestTimeout,
            MaxConnectionsPerServer = 32,
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ActivityHeadersPropagator = null,
            SslOptions = tls.ForHost(null),
        };
        _http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = MaxAnswerBytes };
    }

    public void Dispose() => _http.Dispose();

    /// <summary>Sends a request and returns whatever answer comes.</summary>
    /// <param name="endpoint">The server.</param>
    /// <param name="request">What is asked.</param>
    /// <param name="proof">Who asks: an <c>accessToken</c> goes into a header, anything else among the parameters.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="RegistryException">None came; it names the endpoint as the connection concerned.</exception>
    public async Task<HttpAnswer> SendAsync(Uri endpoint, HttpRequest request, IReadOnlyDictionary<string, string>? proof, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(_timeout, _timeProvider);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        using var message = CreateMessage(endpoint, request, proof);
        try
        {
            using var response = await _http.SendAsync(message, HttpCompletionOption.ResponseContentRead, both.Token).ConfigureAwait(false);
            return new HttpAnswer((int)response.StatusCode, await response.Content.ReadAsByteArrayAsync(both.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw new RegistryException($"{request}: Nacos at {endpoint} did not answer within {_timeout.TotalSeconds:0.###} s.", connection: endpoint.Authority, innerException: error);
        }
        catch (HttpRequestException error) when (error.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded)
        {
            throw new RegistryException($"{request}: the answer of Nacos at {endpoint} is longer than {MaxAnswerBytes / 1024 / 1024} MiB and was not read.", innerException: error);
        }

        // The pool asks a new connection for its remote address outside its own mapping: one that was reset meanwhile throws a bare SocketException.
        catch (Exception error) when (error is HttpRequestException or IOException or SocketException)
        {
            throw new RegistryException($"{request}: Nacos at {endpoint} cannot be reached: {HttpFailure.Reason(error)}", connection: endpoint.Authority, innerException: error);
        }
    }

    private HttpRequestMessage CreateMessage(Uri endpoint, HttpRequest request, IReadOnlyDictionary<string, string>? proof)
    {
        var token = proof?.GetValueOrDefault(Proof.Token);
        var encoded = request.Encode((proof ?? Proof.None).Where(pair => pair.Key != Proof.Token).Select(pair => (pair.Key, (string?)pair.Value)));
        var inBody = request.Method == HttpMethod.Post;
        var message = new HttpRequestMessage(request.Method, $"{endpoint.GetLeftPart(UriPartial.Authority)}{_contextPath}{request.Path}{(inBody || encoded.Length == 0 ? "" : "?" + encoded)}");
        message.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        message.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("*/*", 0.8));
        message.Headers.TryAddWithoutValidation("User-Agent", "Discovery.Client");
        if (_tls.ServerName is { } name && endpoint.Scheme == Uri.UriSchemeHttps)
        {
            message.Headers.Host = name;
        }

        if (token is not null)
        {
            message.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
            message.Headers.TryAddWithoutValidation(Proof.Token, token);
        }

        if (inBody)
        {
            message.Content = new StringContent(encoded, Encoding.UTF8, "application/x-www-form-urlencoded");
        }

        return message;
    }
}
