using Microsoft.Extensions.Http;

namespace Discovery.Client.Http;

/// <summary>
/// Puts a handler that is on all clients behind the handlers of the client itself, so that one of those that retries gets another instance each time.
/// A handler that was added to one client stays where it was put.
/// </summary>
internal sealed class InnermostHandlerFilter : IHttpMessageHandlerBuilderFilter
{
    public Action<HttpMessageHandlerBuilder> Configure(Action<HttpMessageHandlerBuilder> next) => builder =>
    {
        next(builder);
        if (builder.AdditionalHandlers.OfType<DiscoveryHandler>().FirstOrDefault(handler => !handler.EveryHost) is { } handler)
        {
            builder.AdditionalHandlers.Remove(handler);
            builder.AdditionalHandlers.Add(handler);
        }
    };
}
