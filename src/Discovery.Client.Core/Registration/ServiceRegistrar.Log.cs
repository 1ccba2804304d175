using Microsoft.Extensions.Logging;

namespace Discovery.Client.Registration;

internal sealed partial class ServiceRegistrar
{
    private static partial class Log
    {
        [LoggerMessage(207, LogLevel.Information, "{InstanceId} of {Service} is registered at '{Backend}' with the address {Host}, which only this machine can reach", EventName = "LoopbackRegistered")]
        public static partial void LoopbackRegistered(ILogger logger, string instanceId, string service, string backend, string host);
    }
}
