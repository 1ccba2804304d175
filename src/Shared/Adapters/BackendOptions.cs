using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Discovery.Client.Adapters;

/// <summary>What a factory makes a backend from, in the order in which it comes together.</summary>
internal static class BackendOptions
{
    /// <summary>Configuration, then what code changes, then the rules. Options with an error are the defaults: the engine reports all errors together and uses no such backend, and wrong values must not throw before that.</summary>
    /// <param name="context">Where the backend is made.</param>
    /// <param name="read">Reads the configuration.</param>
    /// <param name="validate">Checks what code may have set, and what belongs together.</param>
    public static T Read<T>(RegistryBackendContext context, Func<SettingsReader, T> read, Action<T, SettingsReader> validate)
        where T : class, new()
    {
        var options = read(context.Settings);
        foreach (var configure in context.Services.GetServices<IConfigureOptions<T>>())
        {
            configure.Configure(options);
        }

        validate(options, context.Settings);
        return context.Settings.Errors.Count > 0 ? new T() : options;
    }

    /// <summary>A logger of the application's, or one that says nothing.</summary>
    public static ILogger CreateLogger<T>(RegistryBackendContext context) => (context.Services.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance).CreateLogger<T>();
}
