namespace Discovery.Client.Embedded;

internal sealed class MemoryBackendFactory(MemoryRegistries registries) : IRegistryBackendFactory
{
    public string Type => "memory";

    public IRegistryBackend Create(RegistryBackendContext context) => new MemoryRegistryBackend(registries.Get(context.Name, context.TimeProvider));
}
