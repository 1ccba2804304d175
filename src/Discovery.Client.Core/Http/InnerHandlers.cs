using Microsoft.Extensions.Http.Logging;

namespace Discovery.Client.Http;

/// <summary>What stands between the discovery handler and the wire.</summary>
internal static class InnerHandlers
{
    /// <summary>
    /// Whether a timeout from there can only mean that no connection was opened in time: true of .NET's own transports, which time nothing else (<c>ConnectTimeout</c>),
    /// directly or behind the logging of IHttpClientFactory.
    /// </summary>
    public static bool TimeOutConnectingOnly(HttpMessageHandler? handler)
    {
        while (handler is not null && IsLogging(handler))
        {
            handler = ((DelegatingHandler)handler).InnerHandler;
        }

        return handler?.GetType() == typeof(SocketsHttpHandler) || handler?.GetType() == typeof(HttpClientHandler);
    }

    /// <summary>Whether a handler is the logging of IHttpClientFactory, which sends what it is given once.</summary>
    public static bool IsLogging(HttpMessageHandler handler) => handler is LoggingHttpMessageHandler or LoggingScopeHttpMessageHandler;
}
