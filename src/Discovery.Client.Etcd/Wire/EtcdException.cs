namespace Discovery.Client.Etcd;

/// <summary>etcd answered, and it was no success.</summary>
internal sealed class EtcdException(string message, EtcdError sort, bool isTransient, Exception? innerException = null) : RegistryException(message, isTransient, null, innerException)
{
    public EtcdError Sort { get; } = sort;
}
