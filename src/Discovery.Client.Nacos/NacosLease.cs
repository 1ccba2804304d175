namespace Discovery.Client.Nacos;

/// <summary>One registration.</summary>
internal sealed class NacosLease(LeaseGroup group, ServiceRegistration registration, RegisteredInstance instance) : Lease(group, registration)
{
    public RegisteredInstance Instance { get; } = instance;
}
