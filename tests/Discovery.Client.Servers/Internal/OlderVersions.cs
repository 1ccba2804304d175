using System.Collections.Concurrent;

namespace Discovery.Client.Servers.Internal;

/// <summary>Fetches older versions of servers with the scripts in <c>older/</c>, once per user.</summary>
internal static class OlderVersions
{
    // SIGPIPE: the scripts end with `version | head -1`, and now and then the first line is read before the server has written the next.
    private const int HeardEnough = 128 + 13;

    private static readonly ConcurrentDictionary<string, Lazy<Task<string>>> Fetched = new();

    /// <summary>The variables that make <c>run</c> start this version; none for the version of the archive.</summary>
    public static async Task<KeyValuePair<string, string>[]> EnvironmentAsync(ServerKind kind)
    {
        if (kind.OlderVersion is not { } older)
        {
            return [];
        }

        var script = Path.Combine(ServerScripts.Require(kind), "older", $"install-{older.Script}.sh");
        if (!File.Exists(script))
        {
            throw new ServerUnavailableException(kind.Name, $"{script} does not exist");
        }

        try
        {
            var folder = await Fetched.GetOrAdd(older.Script, _ => new(() => FetchAsync(script, older))).Value;
            return [new(older.Variable, Path.Combine(folder, older.Path))];
        }
        catch (InvalidOperationException e)
        {
            throw new ServerUnavailableException(kind.Name, e.Message, e);
        }
    }

    // tests/run.sh fetches into the same folder, under the same lock and with the same mark.
    private static async Task<string> FetchAsync(string script, ServerKind.Older older)
    {
        var cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } set
            ? set
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        var folder = Directory.CreateDirectory(Path.Combine(cache, "discovery-older")).FullName;
        var complete = Path.Combine(folder, $".{older.Script}.complete");
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(6));
        using var held = await LockAsync(Path.Combine(folder, ".lock"), limit.Token);
        if (!File.Exists(complete))
        {
            var (code, _, errors) = await KeptProcess.RunAsync([script, folder], TimeSpan.FromMinutes(5), limit.Token);
            if (code != 0 && !(code == HeardEnough && Path.Exists(Path.Combine(folder, older.Path))))
            {
                throw new InvalidOperationException($"{script} ended with {code}: {errors}");
            }

            await File.WriteAllTextAsync(complete, "", limit.Token);
        }

        return folder;
    }

    private static async Task<FileStream> LockAsync(string path, CancellationToken cancellationToken)
    {
        FileStream? file = null;
        await Poll.UntilAsync(
            () =>
            {
                try
                {
                    file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
                    return true;
                }
                catch (IOException)
                {
                    return false;
                }
            },
            cancellationToken);
        return file!;
    }
}
