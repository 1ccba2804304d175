using Microsoft.Extensions.Logging;

namespace Discovery.Client.Snapshots;

internal sealed partial class ServiceWatcher
{
    private static partial class Log
    {
        [LoggerMessage(EventId = 102, Message = "The watch of '{Service}' on registry '{Backend}' failed; the last list stays in use, next attempt in {Pause}. {Reason}", EventName = "WatchFailed")]
        public static partial void WatchFailed(ILogger logger, LogLevel level, string service, string backend, string reason, TimeSpan pause, Exception? exception);

        [LoggerMessage(103, LogLevel.Debug, "The watch of '{Service}' broke: {Reason}", EventName = "WatchBroke")]
        public static partial void WatchBroke(ILogger logger, string service, string reason);

        [LoggerMessage(EventId = 113, Message = "The watch of '{Service}' met a defect and goes on in {Pause}.", EventName = "WatchDefect")]
        public static partial void WatchDefect(ILogger logger, LogLevel level, string service, TimeSpan pause, Exception exception);
    }
}
