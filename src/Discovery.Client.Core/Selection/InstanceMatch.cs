namespace Discovery.Client.Selection;

/// <summary>Which instances are meant: those that say all of it of themselves. Texts are compared exactly.</summary>
public sealed class InstanceMatch
{
    /// <summary>Their version.</summary>
    /// <value>The default is null: any.</value>
    public string? Version { get; set; }

    /// <summary>Their metadata, by key.</summary>
    /// <value>The default is empty: any.</value>
    public IDictionary<string, string> Metadata { get; set; } = new Dictionary<string, string>(StringComparer.Ordinal);

    internal bool IsEmpty => Version is null && Metadata.Count == 0;

    internal bool Holds(ServiceInstance instance)
        => (Version is null || instance.Version == Version) && Metadata.All(wanted => instance.Metadata.TryGetValue(wanted.Key, out var said) && said == wanted.Value);
}
