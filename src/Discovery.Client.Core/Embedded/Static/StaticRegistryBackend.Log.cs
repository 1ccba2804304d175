using Microsoft.Extensions.Logging;

namespace Discovery.Client.Embedded;

internal sealed partial class StaticRegistryBackend
{
    private static partial class Log
    {
        [LoggerMessage(520, LogLevel.Error, "The reloaded lists under {Path} are refused, the last ones hold: {Error}", EventName = "StaticReloadRefused")]
        public static partial void ReloadRefused(ILogger logger, string path, string error);
    }
}
