namespace Discovery.Client.Http;

/// <summary>What <see cref="ServiceOptions.HostHeader"/> says, read once.</summary>
/// <param name="Fixed">The host to send whatever the instance, or null.</param>
/// <param name="MetadataKey">The metadata that says the host to send, or null.</param>
internal readonly record struct HostHeaderRule(string? Fixed, string? MetadataKey)
{
    private const string Metadata = "metadata:";

    public static HostHeaderRule Parse(string text, string logicalHost) => text switch
    {
        _ when string.Equals(text, "instance", StringComparison.OrdinalIgnoreCase) => default,
        _ when string.Equals(text, "logical", StringComparison.OrdinalIgnoreCase) => new(logicalHost, null),
        _ when text.StartsWith(Metadata, StringComparison.OrdinalIgnoreCase) => new(null, text[Metadata.Length..]),
        _ => new(text, null),
    };

    /// <summary>The Host header for an instance; null: the instance's own address.</summary>
    public string? For(ServiceInstance instance)
        => Fixed ?? (MetadataKey is not null && instance.Metadata.TryGetValue(MetadataKey, out var host) && IsHost(host) ? host : null);

    private static bool IsHost(string text)
        => Uri.TryCreate("http://" + text + "/", UriKind.Absolute, out var uri) && uri is { PathAndQuery: "/", UserInfo: "", Fragment: "" } && uri.HostNameType != UriHostNameType.Unknown;
}
