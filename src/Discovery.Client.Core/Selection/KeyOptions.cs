namespace Discovery.Client.Selection;

/// <summary>Where the key of a request comes from when code gave it none, section <c>Selection:Key</c>. It is what <see cref="SelectorNames.ConsistentHash"/>, <see cref="StickyOptions"/> and percentages of <see cref="RoutingOptions"/> go by.</summary>
/// <remarks>Code gives a key with <see cref="DiscoveryRequestExtensions.SetHashKey"/>, <see cref="DiscoveryRequestOptions.HashKey"/> or <see cref="PickOptions.HashKey"/>. The header is asked before the cookie.</remarks>
public sealed class KeyOptions
{
    /// <summary>The request header whose value is the key.</summary>
    /// <value>The default is null: none.</value>
    public string? Header { get; set; }

    /// <summary>The cookie in the request's <c>Cookie</c> header whose value is the key.</summary>
    /// <value>The default is null: none.</value>
    public string? Cookie { get; set; }
}
