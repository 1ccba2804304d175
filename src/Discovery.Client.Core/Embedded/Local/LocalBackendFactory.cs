using Microsoft.Extensions.Logging;

namespace Discovery.Client.Embedded;

internal sealed partial class LocalBackendFactory(ILogger<LocalRegistryBackend> logger) : IRegistryBackendFactory
{
    private static readonly TimeSpan DefaultPollInterval = TimeSpan.FromSeconds(5);

    public string Type => "local";

    public IRegistryBackend Create(RegistryBackendContext context)
    {
        var settings = context.Settings;
        var directory = settings.GetString("Directory") ?? LocalRoot.DefaultPath();
        if (!Path.IsPathFullyQualified(directory))
        {
            settings.AddError("Directory", $"is '{directory}', a full path is expected: processes with different working directories would not find each other");
        }

        var pollInterval = settings.GetDuration("PollInterval", DefaultPollInterval, TimeSpan.FromMilliseconds(10), TimeSpan.FromHours(1));
        Log.LocalDirectory(logger, context.Name, directory);
        return new LocalRegistryBackend(directory, pollInterval, context.TimeProvider, logger);
    }

    private static partial class Log
    {
        [LoggerMessage(500, LogLevel.Debug, "The local registry '{Backend}' is the directory {Directory}", EventName = "LocalDirectory")]
        public static partial void LocalDirectory(ILogger logger, string backend, string directory);
    }
}
