namespace Discovery.Client;

/// <summary>Which service is asked for. Compared by value.</summary>
public sealed record ServiceQuery
{
    /// <summary>Creates a query.</summary>
    /// <param name="name">The service's name as the registry knows it.</param>
    /// <exception cref="ArgumentException">The name is not one (<see cref="Client.ServiceName.Validate"/>).</exception>
    public ServiceQuery(string name) => Name = ServiceName.Validate(name);

    /// <summary>The service's name as the registry knows it.</summary>
    public string Name { get; }

    /// <summary>The namespace, in registries that have them; null: the one the backend is configured for.</summary>
    public string? Namespace { get; init; }

    /// <summary>The group, in registries that have them; null: the one the backend is configured for.</summary>
    public string? Group { get; init; }

    /// <summary>The datacenter, in registries that have them; null: the one the backend is configured for.</summary>
    public string? Datacenter { get; init; }
}
