using Microsoft.Extensions.Logging;

namespace Discovery.Client.Configuration;

internal sealed partial class BackendStore
{
    private static partial class Log
    {
        [LoggerMessage(410, LogLevel.Warning, "Backend {Backend} could not be closed.", EventName = "BackendDisposeFailed")]
        public static partial void DisposeFailed(ILogger logger, string backend, Exception exception);
    }
}
