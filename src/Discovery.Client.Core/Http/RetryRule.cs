using System.Net;
using System.Net.Sockets;
using Discovery.Client.Selection;

namespace Discovery.Client.Http;

/// <summary>What a failed send says of the instance, and whether another instance may be tried.</summary>
internal static class RetryRule
{
    /// <param name="failure">What the send threw.</param>
    /// <param name="request">The request, restored.</param>
    /// <param name="timesOutConnectingOnly">Whether what stands between this library and the wire gives up waiting for nothing but a connection.</param>
    /// <param name="cancellationToken">The caller's.</param>
    public static RequestOutcome Classify(Exception failure, HttpRequestMessage request, bool timesOutConnectingOnly, CancellationToken cancellationToken) => failure switch
    {
        OperationCanceledException when cancellationToken.IsCancellationRequested => RequestOutcome.Canceled,

        // Thrown before a byte of the request was written, TLS included: .NET sends no early data.
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError } => RequestOutcome.NotSent,
        _ when UploadFailure.IsOfTheCaller(failure, request) => RequestOutcome.Canceled,
        HttpRequestException or IOException or SocketException or TimeoutException => RequestOutcome.Failure,

        // How SocketsHttpHandler reports its ConnectTimeout; another handler's timeout looks the same and does not prove that nothing was sent.
        OperationCanceledException { InnerException: TimeoutException } => timesOutConnectingOnly ? RequestOutcome.NotSent : RequestOutcome.Failure,

        // Other people's timeouts need not be a TimeoutException: TimeoutRejectedException of Polly is none.
        not OperationCanceledException when !cancellationToken.IsCancellationRequested && failure.GetType().Name.Contains("Timeout", StringComparison.Ordinal) => RequestOutcome.Failure,
        _ => RequestOutcome.Canceled,
    };

    /// <summary>Whether a policy sent nothing (see <see cref="IAttemptPolicy"/>): the instance was not asked.</summary>
    public static bool IsRefusal(Exception failure) => failure.Data["Discovery.Client.Refused"] is true;

    /// <summary>Whether an attempt cost no instance anything: refused, not found, or not made by a policy. A handshake that was begun is not that, nor a connection that took too long.</summary>
    public static bool LoadedNobody(RequestOutcome outcome, Exception? failure)
        => outcome == RequestOutcome.NotSent && (failure is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError } || (failure is not null && IsRefusal(failure)));

    /// <param name="outcome">How the attempt ended.</param>
    /// <param name="failure">By what; null: by a response (see <see cref="IsTemporary"/>).</param>
    /// <param name="isRepeatable">Whether the request may be sent twice.</param>
    /// <param name="attempts">How many attempts there were, this one included.</param>
    /// <param name="sent">How many of them ended otherwise than <see cref="RequestOutcome.NotSent"/>.</param>
    /// <param name="options">The settings.</param>
    public static bool MayTryAnother(RequestOutcome outcome, Exception? failure, bool isRepeatable, int attempts, int sent, RetryOptions options)
        => attempts < options.MaxAttempts && outcome switch
        {
            RequestOutcome.NotSent => true,
            RequestOutcome.Failure => sent < options.MaxSent && isRepeatable && (failure is null ? options.OnStatus : IsBrokenConnection(failure)),
            _ => false,
        };

    /// <summary>Whether a response says that the instance, or what is behind it, did not do what was asked of it.</summary>
    public static bool IsFailure(HttpStatusCode status) => (int)status >= 500 || status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests;

    /// <summary>Whether a response says that another instance may do better.</summary>
    public static bool IsTemporary(HttpStatusCode status) => status is HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    /// <summary>Whether a request may be sent twice: what the program said, else what is idempotent (RFC 9110, section 9.2.2) and has no content, which could be a stream that is read once.</summary>
    public static bool IsRepeatable(HttpRequestMessage request)
        => RequestMemory.Find(request)?.IsRepeatable ?? (request.Content is null && IsIdempotent(request.Method));

    /// <summary>
    /// Whether a request that is not to be sent twice needs a content for that, an empty one: .NET itself sends a request again, to the same host, whose content it had not begun when the connection broke,
    /// and when no connection can be opened for that it looks as if nothing had been sent.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="memory">What goes with it, where that was looked up.</param>
    public static bool NeedsContent(HttpRequestMessage request, RequestMemory? memory)
        => request.Content is null && (IsIdempotent(request.Method) ? memory?.IsRepeatable == false : request.Method != HttpMethod.Connect && (memory ?? RequestMemory.Find(request))?.IsRepeatable != true);

    private static bool IsIdempotent(HttpMethod method)
        => method == HttpMethod.Get || method == HttpMethod.Head || method == HttpMethod.Options || method == HttpMethod.Trace || method == HttpMethod.Put || method == HttpMethod.Delete;

    private static bool IsBrokenConnection(Exception failure) => failure switch
    {
        // The latter: a stream of HTTP/2 or HTTP/3 that was reset.
        HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded or HttpRequestError.HttpProtocolError } => true,
        HttpRequestException { HttpRequestError: HttpRequestError.Unknown, InnerException: IOException or SocketException } => true,
        IOException or SocketException => true,
        OperationCanceledException => true,
        _ => false,
    };
}
