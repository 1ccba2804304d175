namespace Discovery.Client.Consul;

internal sealed class ConsulBackendFactory : IRegistryBackendFactory
{
    public string Type => "consul";

    public IRegistryBackend Create(RegistryBackendContext context)
        => new ConsulRegistryBackend(BackendOptions.Read(context, ConsulSettings.Read, ConsulSettings.Validate), context.TimeProvider, BackendOptions.CreateLogger<ConsulRegistryBackend>(context));
}
