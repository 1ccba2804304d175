using Microsoft.Extensions.Logging;

namespace Discovery.Client.Registration;

internal sealed partial class RegistrationHandle
{
    private static partial class Log
    {
        [LoggerMessage(200, LogLevel.Information, "Registered {InstanceId} of {Service} at '{Backend}' as {Host}:{Port}, lease {Lease}", EventName = "Registered")]
        public static partial void Registered(ILogger logger, string instanceId, string service, string backend, string host, int port, string lease);

        [LoggerMessage(EventId = 201, Message = "{InstanceId} of {Service} cannot be registered at '{Backend}'; it is tried again until it succeeds", EventName = "RegistrationFailed")]
        public static partial void RegistrationFailed(ILogger logger, LogLevel level, string instanceId, string service, string backend, Exception error);

        [LoggerMessage(EventId = 202, Message = "'{Backend}' lost {InstanceId} of {Service} (lease {Lease}); it is being registered again", EventName = "RegistrationLost")]
        public static partial void Lost(ILogger logger, LogLevel level, string instanceId, string service, string backend, string lease, Exception? error);

        [LoggerMessage(EventId = 203, Message = "Registered {InstanceId} of {Service} at '{Backend}' again, {Seconds:0.0} s after its loss was noticed", EventName = "RegisteredAgain")]
        public static partial void RegisteredAgain(ILogger logger, LogLevel level, string instanceId, string service, string backend, double seconds);

        [LoggerMessage(204, LogLevel.Debug, "'{Backend}' took a change of {InstanceId} of {Service}", EventName = "RegistrationUpdated")]
        public static partial void Updated(ILogger logger, string instanceId, string service, string backend);

        [LoggerMessage(205, LogLevel.Information, "Deregistered {InstanceId} of {Service} at '{Backend}'", EventName = "Deregistered")]
        public static partial void Deregistered(ILogger logger, string instanceId, string service, string backend);

        [LoggerMessage(EventId = 206, Message = "{InstanceId} of {Service} could not be deregistered at '{Backend}'; if the registry holds it, it drops it {TimeToLive} s after its last renewal", EventName = "CouldNotDeregister")]
        public static partial void CouldNotDeregister(ILogger logger, LogLevel level, string instanceId, string service, string backend, double timeToLive, Exception error);
    }
}
