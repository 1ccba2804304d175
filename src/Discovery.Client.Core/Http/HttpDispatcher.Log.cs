using Microsoft.Extensions.Logging;

namespace Discovery.Client.Http;

internal sealed partial class HttpDispatcher
{
    private static partial class Log
    {
        [LoggerMessage(300, LogLevel.Debug, "Service {Service}: a request could not be served by {Instance} and goes to {Next}.", EventName = "TriesAnother")]
        public static partial void TriesAnother(ILogger logger, string service, string instance, string next, Exception? exception);

        [LoggerMessage(301, LogLevel.Debug, "Service {Service}: a request goes to {Instance}. {Explanation}", EventName = "Explained")]
        public static partial void Explains(ILogger logger, string service, string instance, CallExplanation explanation);

        [LoggerMessage(302, LogLevel.Warning, "Service {Service}: so many requests fail, or take so long that they are hedged, that the budget for further attempts ({Percent} % and {PerSecond} per second) is spent: failures reach the callers, and nothing is hedged.", EventName = "RetryBudgetSpent")]
        public static partial void BudgetSpent(ILogger logger, string service, double percent, double perSecond);
    }
}
