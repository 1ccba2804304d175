namespace Discovery.Client;

/// <summary>One registration that a registry holds, as the adapter returned it. Adapters may derive from it to carry what they need for deregistration.</summary>
/// <param name="group">The group it lives and dies with.</param>
/// <param name="registration">What was registered.</param>
public class Lease(LeaseGroup group, ServiceRegistration registration)
{
    /// <summary>The group it lives and dies with.</summary>
    public LeaseGroup Group { get; } = group;

    /// <summary>What was registered.</summary>
    public ServiceRegistration Registration { get; } = registration;
}
