using Microsoft.Extensions.Logging;

namespace Discovery.Client.Registration;

internal sealed partial class RegistrationHandle
{
    private static partial class Log
    {
        [LoggerMessage(200, LogLevel.Information, "Registered {InstanceId} of {Service} at '{Backend}' as {Host}:{Port}, lease {Lease}", EventName = "Registered")]
        public static partial void Registered(ILogger logger, string instanceId, string service, string backend, string host, int port, string lease);

        [LoggerMessage(201, LogLevel.Warning, "{InstanceId} of {Service} cannot be registered at '{Backend}'; it is tried again until it succeeds", EventName = "RegistrationFailed")]
        public static partial void RegistrationFailed(ILogger logger, string instanceId, string service, string backend, Exception error);

        [LoggerMessage(202, LogLevel.Warning, "'{Backend}' lost {InstanceId} of {Service} (lease {Lease}); it is being registered again", EventName = "RegistrationLost")]
        public static partial void Lost(ILogger logger, string instanceId, string service, string backend, string lease, Exception? error);

        [LoggerMessage(203, LogLevel.Information, "Registered {InstanceId} of {Service} at '{Backend}' again after {Seconds:0.0} s", EventName = "RegisteredAgain")]
        public static partial void RegisteredAgain(ILogger logger, string instanceId, string service, string backend, double seconds);

        [LoggerMessage(204, LogLevel.Debug, "'{Backend}' took a change of {InstanceId} of {Service}", EventName = "RegistrationUpdated")]
        public static partial void Updated(ILogger logger, string instanceId, string service, string backend);

        [LoggerMessage(205, LogLevel.Information, "Deregistered {InstanceId} of {Service} at '{Backend}'", EventName = "Deregistered")]
        public static partial void Deregistered(ILogger logger, string instanceId, string service, string backend);

        [LoggerMessage(206, LogLevel.Warning, "{InstanceId} of {Service} could not be deregistered at '{Backend}'; the registry drops it {TimeToLive} s after its last renewal", EventName = "CouldNotDeregister")]
        public static partial void CouldNotDeregister(ILogger logger, string instanceId, string service, string backend, double timeToLive, Exception error);
    }
}
