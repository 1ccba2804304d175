namespace Discovery.Client.Consul;

/// <summary>Tells whether a file changed since it was last asked, looking at most once a second. A file that cannot be seen counts as unchanged.</summary>
internal sealed class WatchedFile(string path, TimeProvider timeProvider)
{
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);
    private long _looked;
    private (DateTime Written, long Length) _stamp;

    public string Path { get; } = path;

    public bool HasChanged()
    {
        if (_looked != 0 && timeProvider.GetElapsedTime(_looked) < Rest)
        {
            return false;
        }

        _looked = timeProvider.GetTimestamp();
        var file = new FileInfo(Path);
        if (!file.Exists || (file.LastWriteTimeUtc, file.Length) == _stamp)
        {
            return false;
        }

        _stamp = (file.LastWriteTimeUtc, file.Length);
        return true;
    }
}
