using Microsoft.Extensions.Logging;

namespace Discovery.Client.Embedded;

internal sealed partial class LocalServiceReader
{
    private static partial class Log
    {
        [LoggerMessage(510, LogLevel.Warning, "The file {File} in the local registry is left out: {Reason}; and so are {More} others there", EventName = "RecordRejected")]
        public static partial void RecordRejected(ILogger logger, string file, string reason, int more);

        [LoggerMessage(511, LogLevel.Debug, "Removed the dead record {File} from the local registry", EventName = "DeadRecordRemoved")]
        public static partial void DeadRecordRemoved(ILogger logger, string file);
    }
}
