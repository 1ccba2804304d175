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
        var handlers = builder.AdditionalHandlers;
        if (handlers.OfType<DiscoveryHandler>().FirstOrDefault() is not { } handler)
        {
            return;
        }

        if (!handler.EveryHost)
        {
            handlers.Remove(handler);
            handlers.Add(handler);
        }

        if (handlers.IndexOf(handler) is var index && handlers.Take(index).Any(static outer => !InnerHandlers.IsLogging(outer)))
        {
            handler.SharesAttempts = true;
            handlers.Insert(0, new SharedAttemptsHandler());
        }
    };
}
