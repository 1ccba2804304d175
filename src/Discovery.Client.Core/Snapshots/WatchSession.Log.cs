using Microsoft.Extensions.Logging;

namespace Discovery.Client.Snapshots;

internal sealed partial class WatchSession
{
    private static partial class Log
    {
        [LoggerMessage(104, LogLevel.Debug, "Service '{Service}' has {Count} instances; {Differences} came, went or changed.", EventName = "ListTaken")]
        public static partial void ListTaken(ILogger logger, string service, int count, int differences);

        [LoggerMessage(105, LogLevel.Debug, "An answer for '{Service}' is older ({Version}) than one that came before it ({Newest}) and is ignored.", EventName = "OlderAnswer")]
        public static partial void OlderAnswer(ILogger logger, string service, ulong version, ulong newest);

        [LoggerMessage(EventId = 106, Message = "Service '{Service}' is said to have no instance any more. Its last {Count} are kept until that is confirmed, at most for {Limit}.", EventName = "EmptyHeld")]
        public static partial void EmptyHeld(ILogger logger, LogLevel level, string service, int count, TimeSpan limit);

        [LoggerMessage(EventId = 107, Message = "Service '{Service}' has no instances: confirmed, or held for as long as allowed.", EventName = "EmptyConfirmed")]
        public static partial void EmptyConfirmed(ILogger logger, LogLevel level, string service);

        [LoggerMessage(EventId = 108, Message = "{Count} records of '{Service}' could not be read and are left out.", EventName = "RecordsRejected")]
        public static partial void RecordsRejected(ILogger logger, LogLevel level, string service, int count);

        [LoggerMessage(109, LogLevel.Information, "A full resync of '{Service}' found {Differences} instances otherwise than the watch had said.", EventName = "ResyncDiffered")]
        public static partial void ResyncDiffered(ILogger logger, string service, int differences);
    }
}
