using Microsoft.Extensions.Logging;

namespace Discovery.Client.Selection;

internal sealed partial class PickerFactory
{
    private static partial class Log
    {
        [LoggerMessage(350, LogLevel.Error, "Filter {Filter} failed for service {Service}: it is left out until it works again.", EventName = "FilterFailed")]
        public static partial void FilterFailed(ILogger logger, string filter, string service, Exception exception);

        [LoggerMessage(351, LogLevel.Error, "The selector of service {Service} failed: least-requests takes its place until it works again.", EventName = "SelectorFailed")]
        public static partial void SelectorFailed(ILogger logger, string service, Exception exception);

        [LoggerMessage(352, LogLevel.Error, "Service {Service}: least-requests takes the place of its selector, since {Reason}", EventName = "SelectorUnknown")]
        public static partial void SelectorUnknown(ILogger logger, string service, string reason);
    }
}
