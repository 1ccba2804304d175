namespace Discovery.Client.Embedded;

/// <summary>One service of a <see cref="MemoryRegistry"/>; guarded by its lock.</summary>
internal sealed class MemoryService
{
    private ServiceSnapshot? _current;
    private bool _stale = true;

    public Dictionary<string, MemoryEntry> Entries { get; } = new(StringComparer.Ordinal);

    public List<WatchSignal> Watches { get; } = [];

    public void Changed()
    {
        _stale = true;
        Watches.ForEach(static watch => watch.Raise());
    }

    /// <summary>The list; the same object until something changes, so that all watches share it.</summary>
    public ServiceSnapshot Read(SnapshotVersion version)
    {
        if (_stale)
        {
            _current = ServiceSnapshot.Create(Entries.Values.Select(entry => entry.Instance), version, _current);
            _stale = false;
        }

        return _current!;
    }
}
