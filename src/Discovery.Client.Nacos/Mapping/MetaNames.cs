namespace Discovery.Client.Nacos;

/// <summary>The metadata keys that mean something: those of Spring Cloud Alibaba and Kratos, which others read too, Nacos's own, and ours. Nacos allows 1024 characters of metadata for an instance, so ours are short.</summary>
internal static class MetaNames
{
    /// <summary>The mark of an instance that this adapter wrote: the format's number, the number of the registration (the greatest is the last), and the names below that stand for fields rather than for the user's own metadata.</summary>
    public const string Mark = "discovery-client";

    /// <summary>Stands before a key of the user that means something else here.</summary>
    public const string User = Mark + ":";

    public const string Id = Mark + "-id";

    public const string Status = Mark + "-status";

    public const string Weight = Mark + "-weight";

    public const string Scheme = Mark + "-scheme";

    public const string Path = Mark + "-path";

    public const string Endpoints = Mark + "-endpoints";

    public const string Secure = "secure";

    public const string Version = "version";

    public const string Zone = "zone";

    /// <summary>Kratos's name for the scheme.</summary>
    public const string Kind = "kind";

    /// <summary>Stands before what the server itself reads.</summary>
    private const string Preserved = "preserved.";

    public const string BeatInterval = Preserved + "heart.beat.interval";

    public const string BeatTimeout = Preserved + "heart.beat.timeout";

    public const string DeleteTimeout = Preserved + "ip.delete.timeout";
}
