using Microsoft.Extensions.Logging;

namespace Discovery.Client.Http;

internal sealed partial class HttpDispatcher
{
    private static partial class Log
    {
        [LoggerMessage(300, LogLevel.Debug, "Service {Service}: a request could not be served by {Instance} and goes to {Next}.", EventName = "TriesAnother")]
        public static partial void TriesAnother(ILogger logger, string service, string instance, string next, Exception exception);
    }
}
