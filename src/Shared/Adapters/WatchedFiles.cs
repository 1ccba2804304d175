using System.Security.Cryptography;
using System.Text;

namespace Discovery.Client.Adapters;

/// <summary>Files that belong together, read again at most once a second. They are compared by content: behind links, and after a copy that keeps times, a path's own times do not tell.</summary>
internal sealed class WatchedFiles(TimeProvider timeProvider, params IReadOnlyList<string> paths)
{
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);
    private long? _looked;
    private string? _found;

    /// <summary>The first one, to name them by.</summary>
    public string Path => paths[0];

    /// <summary>Whether something else was found than the last time: texts, or a reason why there are none.</summary>
    /// <param name="texts">What stands in each file; null: not all can be read.</param>
    /// <param name="failure">Why not all can be read.</param>
    public bool TryReadChange(out string[]? texts, out string? failure)
    {
        (texts, failure) = (null, null);
        if (_looked is { } looked && timeProvider.GetElapsedTime(looked) < Rest)
        {
            return false;
        }

        _looked = timeProvider.GetTimestamp();
        try
        {
            texts = [.. paths.Select(File.ReadAllText)];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            failure = error.Message;
        }

        // A hash, so that no private key is kept for it.
        var found = failure ?? Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', texts!))));
        if (found == _found)
        {
            return false;
        }

        _found = found;
        return true;
    }
}
