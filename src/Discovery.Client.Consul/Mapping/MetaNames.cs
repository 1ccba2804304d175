namespace Discovery.Client.Consul;

/// <summary>The metadata keys that mean something: those of Spring Cloud Consul, which others read too, and our own.</summary>
internal static class MetaNames
{
    /// <summary>The mark of an instance that this adapter wrote. Its value is the format's number and the names below that stand for fields rather than for the user's own metadata.</summary>
    public const string Prefix = "discovery-client";

    public const string Secure = "secure";

    public const string Version = "version";

    public const string Zone = "zone";

    public const string Status = Prefix + "-status";

    public const string Weight = Prefix + "-weight";

    public const string Scheme = Prefix + "-scheme";

    public const string Path = Prefix + "-path";

    public const string Endpoints = Prefix + "-endpoints";

    /// <summary>What the tags that are no pairs become in the metadata read.</summary>
    public const string Tags = "tags";
}
