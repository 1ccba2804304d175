using System.Net.Http.Headers;
using System.Net.Sockets;

namespace Discovery.Client.Consul;

/// <summary>Sends requests to an agent: one attempt each, the whole answer or a typed error.</summary>
internal sealed class ConsulClient(ConsulOptions options, ConsulToken token, BackendTls tls, EndpointSet endpoints, TimeProvider timeProvider) : IDisposable
{
    private readonly HttpClient _http = ConsulTransport.Create(tls, options.RequestTimeout);

    public EndpointSet Endpoints { get; } = endpoints;

    public void Dispose() => _http.Dispose();

    /// <summary>Sends a request and returns the answer if it is a success.</summary>
    /// <exception cref="RegistryException">It is not, or there is none.</exception>
    public async Task<ConsulAnswer> GetAsync(Uri endpoint, string path, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var answer = await SendAsync(HttpMethod.Get, endpoint, path, null, timeout, cancellationToken).ConfigureAwait(false);
        return answer.IsSuccess ? answer : throw ToException("GET", endpoint, path, answer);
    }

    /// <summary>Sends a request and returns whatever answer comes.</summary>
    /// <exception cref="RegistryException">None came.</exception>
    public Task<ConsulAnswer> SendAsync(HttpMethod method, Uri endpoint, string path, byte[]? body, TimeSpan timeout, CancellationToken cancellationToken)
        => ExchangeAsync(method, endpoint, path, body, timeout, HttpCompletionOption.ResponseContentRead, static (response, stop) => response.Content.ReadAsByteArrayAsync(stop), cancellationToken);

    /// <summary>Reads the beginning of an answer and no more: enough to tell an empty list from one that is not, and to quote an error.</summary>
    /// <exception cref="RegistryException">None came.</exception>
    public Task<ConsulAnswer> PeekAsync(Uri endpoint, string path, CancellationToken cancellationToken)
        => ExchangeAsync(HttpMethod.Get, endpoint, path, null, options.RequestTimeout, HttpCompletionOption.ResponseHeadersRead, ReadBeginningAsync, cancellationToken);

    private async Task<ConsulAnswer> ExchangeAsync(
        HttpMethod method, Uri endpoint, string path, byte[]? body, TimeSpan timeout,
        HttpCompletionOption completion, Func<HttpResponseMessage, CancellationToken, Task<byte[]>> read, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(timeout, timeProvider);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        using var request = CreateRequest(method, endpoint, path, body);
        try
        {
            using var response = await _http.SendAsync(request, completion, both.Token).ConfigureAwait(false);
            var answer = ConsulAnswer.From(response, await read(response, both.Token).ConfigureAwait(false));
            Judge(endpoint, answer);
            return answer;
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            Endpoints.Failed(endpoint);
            throw new RegistryException($"{method} {PathOnly(path)}: Consul at {endpoint} did not answer within {timeout.TotalSeconds:0.###} s.", connection: endpoint.Authority, innerException: error);
        }
        catch (HttpRequestException error) when (error.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded)
        {
            throw new RegistryException($"{method} {PathOnly(path)}: the answer of Consul at {endpoint} is longer than {ConsulTransport.MaxAnswerBytes / 1024 / 1024} MiB and was not read.", innerException: error);
        }

        // The pool asks a new connection for its remote address outside its own mapping: one that was reset meanwhile throws a bare SocketException.
        catch (Exception error) when (error is HttpRequestException or IOException or SocketException)
        {
            Endpoints.Failed(endpoint);
            throw new RegistryException($"{method} {PathOnly(path)}: Consul at {endpoint} cannot be reached: {HttpFailure.Reason(error)}", connection: endpoint.Authority, innerException: error);
        }
    }

    public static RegistryException ToException(string verb, Uri endpoint, string path, ConsulAnswer answer)
    {
        var sort = ConsulErrors.Sort(answer.Status, answer.Text);
        return new RegistryException(
            $"{verb} {PathOnly(path)}: Consul at {endpoint} answered {(int)answer.Status}: {ConsulErrors.Explain(answer.Status, answer.Text)}",
            isTransient: sort is ConsulError.Transient or ConsulError.Throttled)
        {
            RetryAfter = answer.RetryAfter,
        };
    }

    /// <summary>The path without its query, for messages.</summary>
    public static string PathOnly(string path) => path.IndexOf('?', StringComparison.Ordinal) is >= 0 and var at ? path[..at] : path;

    private void Judge(Uri endpoint, ConsulAnswer answer)
    {
        // A 404 and a refusal are answers of a healthy agent; no leader or too much load may be better elsewhere.
        if (answer.IsSuccess || ConsulErrors.IsState(answer.Status, answer.Text) || ConsulErrors.Sort(answer.Status, answer.Text) is ConsulError.NotFound or ConsulError.Refused)
        {
            Endpoints.Succeeded(endpoint);
        }
        else if (!ConsulErrors.IsLeaseLost(answer.Status, answer.Text))
        {
            Endpoints.Failed(endpoint);
        }
    }

    private HttpRequestMessage CreateRequest(HttpMethod method, Uri endpoint, string path, byte[]? body)
    {
        var request = new HttpRequestMessage(method, new Uri(endpoint.GetLeftPart(UriPartial.Authority) + EndpointSet.Prefix(endpoint) + path));
        if (endpoint.Scheme == Uri.UriSchemeHttps)
        {
            // One h2 connection carries hundreds of blocking queries; an agent limits connections, not streams.
            request.Version = System.Net.HttpVersion.Version20;
            request.VersionPolicy = HttpVersionPolicy.RequestVersionOrLower;
            request.Headers.Host = tls.ServerName;
        }

        if (token.Current() is { } secret)
        {
            request.Headers.TryAddWithoutValidation("X-Consul-Token", secret);
        }

        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        return request;
    }

    private static async Task<byte[]> ReadBeginningAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        using var content = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        var start = new byte[response.IsSuccessStatusCode ? 16 : 512];
        return start[..await content.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false)];
    }
}
