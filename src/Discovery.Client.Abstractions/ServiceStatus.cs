namespace Discovery.Client;

/// <summary>What a registry says of an instance. Instances that are not <see cref="Up"/> or <see cref="Warning"/> get traffic only when nothing better is left.</summary>
public enum ServiceStatus
{
    /// <summary>It takes traffic.</summary>
    Up,

    /// <summary>It takes traffic, and something is not as it should be.</summary>
    Warning,

    /// <summary>It has registered and is not ready yet.</summary>
    Starting,

    /// <summary>Its proof of life is overdue or its check failed.</summary>
    Down,

    /// <summary>Somebody took it out of traffic on purpose.</summary>
    OutOfService,
}
