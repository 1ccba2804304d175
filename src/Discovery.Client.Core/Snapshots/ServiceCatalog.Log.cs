using Microsoft.Extensions.Logging;

namespace Discovery.Client.Snapshots;

internal sealed partial class ServiceCatalog
{
    private static partial class Log
    {
        [LoggerMessage(110, LogLevel.Warning, "Service '{Service}' goes on with backend '{Backend}': another one takes effect at the next start.", EventName = "BackendChangeRefused")]
        public static partial void BackendChangeRefused(ILogger logger, string service, string backend);

        [LoggerMessage(111, LogLevel.Error, "The settings of service '{Service}' could not be reloaded; it goes on with the old ones.", EventName = "ReloadFailed")]
        public static partial void ReloadFailed(ILogger logger, string service, Exception exception);

        [LoggerMessage(114, LogLevel.Error, "What is to be looked after at service '{Service}' once a second failed: ejected instances may stay out. It is tried again.", EventName = "SweepFailed")]
        public static partial void SweepFailed(ILogger logger, string service, Exception exception);

        [LoggerMessage(112, LogLevel.Warning, "Some watches have not ended within {Limit}.", EventName = "CloseTimedOut")]
        public static partial void CloseTimedOut(ILogger logger, TimeSpan limit);
    }
}
