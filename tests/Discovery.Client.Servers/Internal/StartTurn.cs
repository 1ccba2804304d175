using System.Globalization;

namespace Discovery.Client.Servers.Internal;

/// <summary>The turn to start a server that takes seconds of processor time for it. There are as many on a machine as it has processors: where ten start at once, each takes ten times as long and none is ready in time.</summary>
internal static class StartTurn
{
    // As for ports: what shares the machine shares this folder.
    private static readonly string Folder = $"/tmp/discovery-client-starts-{Environment.UserName}";

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    /// <summary>Waits for a turn; to be disposed when the server, or the whole cluster, answers.</summary>
    public static async Task<IDisposable?> TakeAsync(ServerKind kind, CancellationToken cancellationToken)
    {
        if (!kind.StartsInTurn)
        {
            return null;
        }

        Directory.CreateDirectory(Folder);
        while (true)
        {
            if (TryTake() is { } turn)
            {
                return turn;
            }

            await Task.Delay(Interval, cancellationToken);
        }
    }

    private static FileStream? TryTake()
    {
        for (var i = 0; i < Environment.ProcessorCount; i++)
        {
            try
            {
                // The kernel releases the lock of a process that was killed.
                return new FileStream(Path.Combine(Folder, i.ToString(CultureInfo.InvariantCulture)), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException)
            {
                // Somebody else's.
            }
        }

        return null;
    }
}
