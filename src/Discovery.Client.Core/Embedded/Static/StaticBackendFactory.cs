using Microsoft.Extensions.Logging;

namespace Discovery.Client.Embedded;

internal sealed class StaticBackendFactory(ILogger<StaticRegistryBackend> logger) : IRegistryBackendFactory
{
    public string Type => "static";

    public bool FollowsSettings => true;

    public IRegistryBackend Create(RegistryBackendContext context) => new StaticRegistryBackend(context.Settings, logger);
}
