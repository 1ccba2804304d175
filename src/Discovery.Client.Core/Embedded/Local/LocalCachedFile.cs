namespace Discovery.Client.Embedded;

/// <summary>What a reader remembers of a file, so that one that did not change is not read and one whose heartbeat alone moved is not parsed.</summary>
internal sealed class LocalCachedFile
{
    public required DateTime ModifiedAt { get; set; }

    public required long Length { get; init; }

    public required byte[] Content { get; init; }

    /// <summary>Null: the file is no record.</summary>
    public ServiceInstance? Instance { get; init; }

    public TimeSpan TimeToLive { get; init; }

    /// <summary>When it expires, on the steady clock.</summary>
    public TimeSpan Deadline { get; set; }
}
