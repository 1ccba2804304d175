using Google.Protobuf;

namespace Discovery.Client.Etcd;

/// <summary>One registration on the process's lease.</summary>
internal sealed class EtcdLease(ProcessLease group, ServiceRegistration registration, ByteString key) : Lease(group, registration)
{
    public ByteString Key { get; } = key;
}
