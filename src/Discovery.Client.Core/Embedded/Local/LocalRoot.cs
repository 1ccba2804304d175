namespace Discovery.Client.Embedded;

/// <summary>The directory of the registry: made when missing, and refused when others may write to it.</summary>
internal sealed class LocalRoot(string path)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private const int Attempts = 5;

    private readonly Lock _gate = new();
    private DateTime _checked;

    public string Path { get; } = path;

    /// <summary>Where processes of one user find each other when nothing is configured.</summary>
    public static string DefaultPath()
    {
        const string Name = "discovery-client";
        if (Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is { Length: > 0 } runtime && Directory.Exists(runtime))
        {
            return System.IO.Path.Combine(runtime, Name);
        }

        var data = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        return data.Length > 0 ? System.IO.Path.Combine(data, Name) : System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"{Name}-{Environment.UserName}");
    }

    public string ServiceDirectory(string serviceName) => System.IO.Path.Combine(Path, LocalNames.Encode(serviceName));

    /// <summary>Makes sure that the directory exists and is ours alone.</summary>
    /// <returns>When it was created, which tells one that was deleted and made again from the one before.</returns>
    /// <exception cref="RegistryException">It is not, or cannot be made.</exception>
    public DateTime Prepare()
    {
        lock (_gate)
        {
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    var directory = new DirectoryInfo(Path);
                    if (!directory.Exists || directory.CreationTimeUtc != _checked || OthersMayWrite(directory))
                    {
                        _checked = default;
                        Create(Path);
                        Check();
                        _checked = Directory.GetCreationTimeUtc(Path);
                    }

                    return _checked;
                }
                catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException && attempt < Attempts)
                {
                    // Somebody has just deleted it.
                }
                catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
                {
                    throw Error("cannot be used: " + exception.Message, exception is IOException, exception);
                }
            }
        }
    }

    /// <summary>Makes a directory of the registry with rights for its owner only.</summary>
    public static void Create(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(directory);
        }
        else
        {
            Directory.CreateDirectory(directory, OwnerOnly);
        }
    }

    private static bool OthersMayWrite(DirectoryInfo directory)
        => !OperatingSystem.IsWindows() && (directory.UnixFileMode & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) != 0;

    private void Check()
    {
        var directory = new DirectoryInfo(Path);
        if (directory.LinkTarget is { } target)
        {
            throw Error($"is a link to '{target}'; links are not followed, configure the directory itself");
        }

        if (OperatingSystem.IsWindows())
        {
            return;
        }

        if (OthersMayWrite(directory))
        {
            throw Error($"may be written by other users (mode {Convert.ToString((int)directory.UnixFileMode, 8)}), so anybody could redirect this program's calls; make it 700");
        }

        try
        {
            // Only its owner may set the mode, even to what it is; there is no other way to ask without native code.
            File.SetUnixFileMode(Path, directory.UnixFileMode);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw Error("belongs to another user; configure a directory of your own", isTransient: false, exception);
        }
    }

    private RegistryException Error(string message, bool isTransient = false, Exception? innerException = null)
        => new($"The local registry's directory '{Path}' {message}.", isTransient, Path, innerException);
}
