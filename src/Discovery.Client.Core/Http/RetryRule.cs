using System.Net.Sockets;
using Discovery.Client.Selection;

namespace Discovery.Client.Http;

/// <summary>What a failed send says of the instance, and whether another instance may be tried.</summary>
internal static class RetryRule
{
    /// <summary>The most instances that one request tries when connections cannot be opened.</summary>
    public const int MaxAttempts = 5;

    /// <summary>The most instances that one request tries when connections break: it may be the request that breaks them.</summary>
    public const int MaxBroken = 2;

    /// <param name="failure">What the send threw.</param>
    /// <param name="timesOutConnectingOnly">Whether what stands between this library and the wire gives up waiting for nothing but a connection.</param>
    /// <param name="cancellationToken">The caller's.</param>
    public static RequestOutcome Classify(Exception failure, bool timesOutConnectingOnly, CancellationToken cancellationToken) => failure switch
    {
        OperationCanceledException when cancellationToken.IsCancellationRequested => RequestOutcome.Canceled,

        // Thrown before a byte of the request was written, TLS included: .NET sends no early data.
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError } => RequestOutcome.NotSent,
        HttpRequestException or IOException or SocketException or TimeoutException => RequestOutcome.Failure,

        // How SocketsHttpHandler reports its ConnectTimeout; another handler's timeout looks the same and does not prove that nothing was sent.
        OperationCanceledException { InnerException: TimeoutException } => timesOutConnectingOnly ? RequestOutcome.NotSent : RequestOutcome.Failure,
        _ => RequestOutcome.Canceled,
    };

    /// <param name="outcome">How the attempt ended.</param>
    /// <param name="failure">By what.</param>
    /// <param name="request">The request.</param>
    /// <param name="attempts">How many attempts there were, this one included.</param>
    /// <param name="broken">How many of them ended otherwise than <see cref="RequestOutcome.NotSent"/>.</param>
    public static bool MayTryAnother(RequestOutcome outcome, Exception failure, HttpRequestMessage request, int attempts, int broken) => outcome switch
    {
        RequestOutcome.NotSent => attempts < MaxAttempts,
        RequestOutcome.Failure => attempts < MaxAttempts && broken < MaxBroken && request.Content is null && IsIdempotent(request.Method) && IsBrokenConnection(failure),
        _ => false,
    };

    // RFC 9110, section 9.2.2.
    private static bool IsIdempotent(HttpMethod method)
        => method == HttpMethod.Get || method == HttpMethod.Head || method == HttpMethod.Options || method == HttpMethod.Trace || method == HttpMethod.Put || method == HttpMethod.Delete;

    private static bool IsBrokenConnection(Exception failure) => failure switch
    {
        HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded } => true,
        HttpRequestException { HttpRequestError: HttpRequestError.Unknown, InnerException: IOException or SocketException } => true,
        IOException or SocketException => true,
        OperationCanceledException => true,
        _ => false,
    };
}
