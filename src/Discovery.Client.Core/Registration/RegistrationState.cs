namespace Discovery.Client.Registration;

/// <summary>Where a registration stands.</summary>
public enum RegistrationState
{
    /// <summary>The registry has not taken it yet.</summary>
    Pending,

    /// <summary>The registry holds it and its lease lives.</summary>
    Registered,

    /// <summary>The registry had it; the lease is lost or must be assumed to be. It is being made again.</summary>
    Lost,

    /// <summary>It was disposed.</summary>
    Deregistered,
}
