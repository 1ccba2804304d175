namespace Discovery.Client.Embedded;

internal sealed class LocalLeaseGroup(string id, TimeSpan timeToLive, string path, byte[] content, TimeSpan renewedAt) : LeaseGroup(id, timeToLive, timeToLive / 3)
{
    public string Path { get; } = path;

    /// <summary>What was written: as long as the file says the same, it is ours.</summary>
    public byte[] Content { get; } = content;

    /// <summary>On the steady clock. Renewals of a group never overlap.</summary>
    public TimeSpan RenewedAt { get; set; } = renewedAt;
}
