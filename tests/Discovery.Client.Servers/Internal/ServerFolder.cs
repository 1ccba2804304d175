using System.Globalization;

namespace Discovery.Client.Servers.Internal;

/// <summary>A folder for data and logs, named after this process. Folders of processes that are gone are removed at the first use, unless they were kept.</summary>
internal sealed class ServerFolder : IDisposable
{
    private const string KeepMark = "keep";
    private static readonly string Root = Path.Combine(Path.GetTempPath(), $"discovery-client-servers-{Environment.UserName}");
    private static readonly Lazy<string> OfProcess = new(Prepare);
    private static int _count;

    public ServerFolder(string name)
    {
        var number = Interlocked.Increment(ref _count);
        Location = Directory.CreateDirectory(Path.Combine(OfProcess.Value, string.Create(CultureInfo.InvariantCulture, $"{number:D3}-{name}"))).FullName;
        Log = Path.Combine(Location, "log");
    }

    public string Location { get; }

    public string Log { get; }

    public string Data => Directory.CreateDirectory(Path.Combine(Location, "data")).FullName;

    /// <summary>For a server in Java: what it unpacks (some 14 MB a start of Nacos) and does not delete when it is killed goes here, not into the machine's folder.</summary>
    public KeyValuePair<string, string> JavaOptions
        => new("JAVA_TOOL_OPTIONS", $"{Environment.GetEnvironmentVariable("JAVA_TOOL_OPTIONS")} \"-Djava.io.tmpdir={Unpacked}\"".TrimStart());

    public bool Kept { get; private set; }

    private string Unpacked => Directory.CreateDirectory(Path.Combine(Location, "unpacked")).FullName;

    public void Keep()
    {
        if (!Kept)
        {
            Kept = true;
            File.WriteAllText(Path.Combine(OfProcess.Value, KeepMark), "");
            Console.Error.WriteLine($"log kept: {Log}");
        }
    }

    public void EmptyData() => Directory.Delete(Data, recursive: true);

    public void Dispose()
    {
        if (!Directory.Exists(Location))
        {
            return;
        }

        if (Kept)
        {
            EmptyData();
            Directory.Delete(Unpacked, recursive: true);
            return;
        }

        Directory.Delete(Location, recursive: true);
        if (!Directory.EnumerateFileSystemEntries(OfProcess.Value).Any())
        {
            try
            {
                Directory.Delete(OfProcess.Value);
            }
            catch (IOException)
            {
                // Another server of this process has just made its folder.
            }
        }
    }

    private static string Prepare()
    {
        Directory.CreateDirectory(Root);
        foreach (var folder in Directory.EnumerateDirectories(Root))
        {
            if (!Directory.Exists($"/proc/{Path.GetFileName(folder)}") && !File.Exists(Path.Combine(folder, KeepMark)))
            {
                try
                {
                    Directory.Delete(folder, recursive: true);
                }
                catch (IOException)
                {
                    // Another test process removes it at this moment.
                }
            }
        }

        return Path.Combine(Root, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
    }
}
