namespace Discovery.Client.Embedded;

internal sealed class MemoryLeaseGroup(string id, MemoryEntry entry) : LeaseGroup(id, entry.TimeToLive, entry.TimeToLive / 3)
{
    public MemoryEntry Entry { get; } = entry;
}
