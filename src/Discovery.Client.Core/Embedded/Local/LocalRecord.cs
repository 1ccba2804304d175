namespace Discovery.Client.Embedded;

/// <summary>What stands in the file of an instance. Members that a later version adds are ignored; a document that an older reader must not read gets another <see cref="Format"/>.</summary>
internal sealed record LocalRecord
{
    public const int CurrentFormat = 1;

    public int Format { get; init; } = CurrentFormat;

    public string Service { get; init; } = "";

    public string Id { get; init; } = "";

    public long TimeToLiveMs { get; init; }

    public LocalOwner? Owner { get; init; }

    /// <summary>Tells this registration from an earlier one of the same process.</summary>
    public long Lease { get; init; }

    public string Host { get; init; } = "";

    public int Port { get; init; }

    public string? Scheme { get; init; }

    public string? PathPrefix { get; init; }

    public double Weight { get; init; } = 1;

    public string? Zone { get; init; }

    public string? Version { get; init; }

    public ServiceStatus Status { get; init; }

    public Dictionary<string, ServiceEndpoint>? Endpoints { get; init; }

    public Dictionary<string, string>? Metadata { get; init; }
}
