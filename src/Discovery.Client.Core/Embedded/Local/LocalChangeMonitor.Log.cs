using Microsoft.Extensions.Logging;

namespace Discovery.Client.Embedded;

internal sealed partial class LocalChangeMonitor
{
    private static partial class Log
    {
        [LoggerMessage(501, LogLevel.Warning, "Changes in {Directory} cannot be watched, so the local registry is polled instead: {Reason}", EventName = "LocalNotificationsUnavailable")]
        public static partial void NotificationsUnavailable(ILogger logger, string directory, string reason);

        [LoggerMessage(502, LogLevel.Information, "Changes in {Directory} are watched again", EventName = "LocalNotificationsBack")]
        public static partial void NotificationsBack(ILogger logger, string directory);
    }
}
