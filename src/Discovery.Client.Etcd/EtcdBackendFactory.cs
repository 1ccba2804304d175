using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Discovery.Client.Etcd;

internal sealed class EtcdBackendFactory : IRegistryBackendFactory
{
    public string Type => "etcd";

    public IRegistryBackend Create(RegistryBackendContext context)
    {
        var options = EtcdSettings.Read(context.Settings);
        foreach (var configure in context.Services.GetServices<IConfigureOptions<EtcdOptions>>())
        {
            configure.Configure(options);
        }

        EtcdSettings.Validate(options, context.Settings);
        var loggers = context.Services.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance;
        return new EtcdRegistryBackend(options, context.TimeProvider, loggers.CreateLogger<EtcdRegistryBackend>());
    }
}
