using System.Security.Cryptography;
using Microsoft.Extensions.Logging;

namespace Discovery.Client.Nacos;

internal sealed class NacosBackendFactory : IRegistryBackendFactory
{
    public string Type => "nacos";

    public IRegistryBackend Create(RegistryBackendContext context)
        => Create(BackendOptions.Read(context, NacosSettings.Read, NacosSettings.Validate), context.TimeProvider, BackendOptions.CreateLogger<NacosRegistryBackend>(context));

    /// <param name="options">How Nacos is reached.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="logger">Where changes of state are told.</param>
    /// <param name="shuffle">Brings the endpoints into the order in which they are tried; null: by chance.</param>
    public static NacosRegistryBackend Create(NacosOptions options, TimeProvider timeProvider, ILogger logger, Action<Uri[]>? shuffle = null)
    {
        Uri[] endpoints = [.. options.Endpoints.Distinct()];
        (shuffle ?? (all => RandomNumberGenerator.Shuffle(all.AsSpan())))(endpoints);
        var tls = new BackendTls(options.TlsFiles, timeProvider, logger);
        var servers = new EndpointSet(endpoints, 0, timeProvider, logger);
        var credentials = NacosCredentials.Create(options, endpoints, tls, timeProvider, logger);
        INacosTransport transport = options.Transport == NacosTransport.Http
            ? new HttpTransport(options, servers, tls, credentials, timeProvider, logger)
            : new GrpcTransport(options, servers, tls, credentials, timeProvider, logger);
        return new NacosRegistryBackend(options, transport, timeProvider, logger);
    }
}
