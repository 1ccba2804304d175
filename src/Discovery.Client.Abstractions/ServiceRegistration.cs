namespace Discovery.Client;

/// <summary>What is to stand in the registry: the whole wish.</summary>
public sealed record ServiceRegistration
{
    /// <summary>The instance, its status included.</summary>
    public required ServiceInstance Instance { get; init; }

    /// <summary>How long it stays alive without a renewal. The default is 15 seconds. A registry may grant another.</summary>
    public TimeSpan TimeToLive { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The namespace, in registries that have them; null: the one the backend is configured for.</summary>
    public string? Namespace { get; init; }

    /// <summary>The group, in registries that have them; null: the one the backend is configured for.</summary>
    public string? Group { get; init; }
}
