using Microsoft.Extensions.Logging;

namespace Discovery.Client.Registration;

internal sealed partial class GroupRenewal
{
    private static partial class Log
    {
        [LoggerMessage(EventId = 210, Message = "Lease {Lease} could not be renewed at '{Backend}'; it is tried again until the lease ends, {TimeToLive} s after its last renewal", EventName = "RenewalFailed")]
        public static partial void RenewalFailed(ILogger logger, LogLevel level, string lease, string backend, double timeToLive, Exception error);

        [LoggerMessage(EventId = 211, Message = "Lease {Lease} is renewed at '{Backend}' again", EventName = "RenewedAgain")]
        public static partial void RenewedAgain(ILogger logger, LogLevel level, string lease, string backend);
    }
}
