using Discovery.Client.Selection;

namespace Discovery.Client;

/// <summary>What a choice depends on beside the service. The default is nothing.</summary>
public readonly record struct PickOptions
{
    /// <summary>The key that selectors with affinity hash; null: none.</summary>
    public string? HashKey { get; init; }

    /// <summary>What stands for the headers of a request, for <see cref="RoutingOptions"/> and <see cref="KeyOptions"/>; null: none.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    /// <summary>Nodes not to choose again, such as those already tried; chosen only when there is no other. Null: none.</summary>
    public IReadOnlyCollection<ServiceNode>? Exclude { get; init; }

    /// <summary>Receives why the instance was chosen, and how the request ended. Null: nobody asks, and it costs nothing.</summary>
    public CallExplanation? Explanation { get; init; }
}
