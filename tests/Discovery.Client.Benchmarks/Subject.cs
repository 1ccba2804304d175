namespace Discovery.Client.Benchmarks;

/// <summary>What is measured against each other.</summary>
public enum Subject
{
    /// <summary>HttpClient with an absolute URI.</summary>
    Bare,

    /// <summary>This library.</summary>
    Ours,

    /// <summary>Microsoft.Extensions.ServiceDiscovery with endpoints from configuration.</summary>
    Microsoft,
}
