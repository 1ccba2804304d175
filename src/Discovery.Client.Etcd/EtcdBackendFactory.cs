namespace Discovery.Client.Etcd;

internal sealed class EtcdBackendFactory : IRegistryBackendFactory
{
    public string Type => "etcd";

    public IRegistryBackend Create(RegistryBackendContext context)
        => new EtcdRegistryBackend(BackendOptions.Read(context, EtcdSettings.Read, EtcdSettings.Validate), context.TimeProvider, BackendOptions.CreateLogger<EtcdRegistryBackend>(context));
}
