using Discovery.Client.Servers.Internal;

namespace Discovery.Client.Servers;

/// <summary>Finds the folder with the scripts <c>run</c>, <c>ready</c>, <c>install</c> and <c>older/</c>, and what they install.</summary>
public static class ServerScripts
{
    private static readonly Lazy<Task<string>> Installed = new(InstallAsync);

    /// <summary>The folder that <c>DISCOVERY_SERVERS</c> names, else <c>../shared/servers</c> beside the repository; null: there is none.</summary>
    public static string? Folder { get; } = Find();

    /// <summary>The folder the repository was cloned into; null when the tests were copied elsewhere.</summary>
    public static string? Repository { get; } = FindRepository();

    /// <summary>Where the servers are unpacked; unpacks them on first use, which takes some ten seconds.</summary>
    /// <exception cref="ServerUnavailableException">There is no folder with scripts, or unpacking failed.</exception>
    public static Task<string> HomeAsync() => Installed.Value;

    /// <summary>The path of an installed program such as <c>bin/consul</c> or <c>peers/interop-go</c>.</summary>
    /// <exception cref="ServerUnavailableException">It is not there.</exception>
    public static async Task<string> ProgramAsync(string relativePath)
    {
        string home;
        try
        {
            home = await HomeAsync();
        }
        catch (ServerUnavailableException e)
        {
            throw new ServerUnavailableException(Path.GetFileName(relativePath), e.Reason, e);
        }

        var path = Path.Combine(home, relativePath);
        return File.Exists(path) ? path : throw new ServerUnavailableException(Path.GetFileName(relativePath), $"{Folder} does not bring it");
    }

    internal static string Require(ServerKind kind) => Folder ?? throw new ServerUnavailableException(kind.Name, NoFolder());

    private static string NoFolder() => Environment.GetEnvironmentVariable("DISCOVERY_SERVERS") is { Length: > 0 } named
        ? $"DISCOVERY_SERVERS names {named}, where there are no server scripts"
        : "there is no folder with server scripts; DISCOVERY_SERVERS may name one";

    private static string? Find()
    {
        var named = Environment.GetEnvironmentVariable("DISCOVERY_SERVERS");
        var folder = string.IsNullOrEmpty(named) ? FindRepository() is { } root ? Path.GetFullPath(Path.Combine(root, "..", "shared", "servers")) : null : Path.GetFullPath(named);
        return folder is not null && OperatingSystem.IsLinux() && File.Exists(Path.Combine(folder, "run")) ? folder : null;
    }

    private static string? FindRepository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Discovery.Client.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName;
    }

    private static async Task<string> InstallAsync()
    {
        if (Folder is null)
        {
            throw new ServerUnavailableException("every server", NoFolder());
        }

        var (code, output, errors) = await KeptProcess.RunAsync([Path.Combine(Folder, "install")], TimeSpan.FromMinutes(5));
        return code == 0 ? output.Trim() : throw new ServerUnavailableException("every server", $"{Folder}/install ended with {code}: {errors}");
    }
}
