using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Discovery.Client.Consul;

internal sealed class ConsulBackendFactory : IRegistryBackendFactory
{
    public string Type => "consul";

    public IRegistryBackend Create(RegistryBackendContext context)
    {
        var options = ConsulSettings.Read(context.Settings);
        foreach (var configure in context.Services.GetServices<IConfigureOptions<ConsulOptions>>())
        {
            configure.Configure(options);
        }

        ConsulSettings.Validate(options, context.Settings);
        if (context.Settings.Errors.Count > 0)
        {
            // The engine reports all errors together and uses no such backend; wrong values must not throw before that.
            options = new ConsulOptions();
        }

        var loggers = context.Services.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance;
        return new ConsulRegistryBackend(options, context.TimeProvider, loggers.CreateLogger<ConsulRegistryBackend>());
    }
}
