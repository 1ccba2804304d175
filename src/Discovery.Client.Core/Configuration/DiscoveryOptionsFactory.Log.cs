using Microsoft.Extensions.Logging;

namespace Discovery.Client.Configuration;

internal sealed partial class DiscoveryOptionsFactory
{
    private static partial class Log
    {
        [LoggerMessage(400, LogLevel.Error, "The changed service discovery configuration is not valid, the last valid one stays in force: {Errors}", EventName = "ReloadRejected")]
        public static partial void Rejected(ILogger logger, string errors);

        [LoggerMessage(401, LogLevel.Information, "The service discovery configuration is valid again and in force.", EventName = "ReloadAccepted")]
        public static partial void ValidAgain(ILogger logger);

        [LoggerMessage(402, LogLevel.Warning, "Backends cannot be changed while the program runs; after a restart the new value holds of {Paths}", EventName = "BackendChangeRefused")]
        public static partial void Refused(ILogger logger, string paths);

        [LoggerMessage(403, LogLevel.Information, "Only the embedded backends were added: to use {Backend}, call AddServiceDiscovery(), or AddDiscoveryClient() and {Call}.", EventName = "BackendNotAdded")]
        public static partial void NotAdded(ILogger logger, string backend, string call);

        [LoggerMessage(404, LogLevel.Warning, "What is registered, under which name and for how long, cannot be changed while the program runs; after a restart the new value holds of {Paths}", EventName = "RegistrationChangeRefused")]
        public static partial void RegistrationRefused(ILogger logger, string paths);
    }
}
