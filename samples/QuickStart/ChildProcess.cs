using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using QuickStart.Protocol;

namespace QuickStart;

/// <summary>A process of the quick start. Its reports go to a handler, everything else it writes to a log file.</summary>
internal sealed partial class ChildProcess : IAsyncDisposable
{
    private const int SigTerm = 15;
    private readonly Process _process;
    private readonly StreamWriter _log;
    private readonly Task _reading;

    private ChildProcess(Process process, string logFile, Action<Report> onReport)
    {
        _process = process;
        LogFile = logFile;
        _log = new StreamWriter(logFile) { AutoFlush = true };
        _reading = Task.WhenAll(ReadAsync(process.StandardOutput, onReport), ReadAsync(process.StandardError, onReport));
    }

    public string LogFile { get; }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    /// <summary>Starts a program of the quick start.</summary>
    /// <param name="project">Its project.</param>
    /// <param name="programs">Where the published programs are; null: the build's output, which lies beside the conductor's.</param>
    /// <param name="logFile">Where to write what is no report.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="onReport">Gets its reports, from any thread.</param>
    public static ChildProcess Start(string project, string? programs, string logFile, IEnumerable<string> arguments, Action<Report> onReport)
    {
        var own = AppContext.BaseDirectory;
        var directory = programs is null
            ? Path.GetFullPath(Path.Combine(own, "..", "..", project, Path.GetFileName(Path.TrimEndingDirectorySeparator(own))))
            : Path.Combine(programs, project);
        var program = Path.Combine(directory, programs is null ? project + ".dll" : OperatingSystem.IsWindows() ? project + ".exe" : project);
        if (!File.Exists(program))
        {
            throw new QuickStartException($"{program} is missing. Build the quick start with 'dotnet build samples/QuickStart'.");
        }

        var start = new ProcessStartInfo(programs is null ? DotnetHost() : program)
        {
            WorkingDirectory = directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in (string[])[.. programs is null ? (string[])[program] : [], .. arguments, "--Conducted=true"])
        {
            start.ArgumentList.Add(argument);
        }

        return new ChildProcess(Process.Start(start)!, logFile, onReport);
    }

    /// <summary>Ends it at once, as a crash would.</summary>
    public void Kill() => _process.Kill();

    /// <summary>Asks it to stop, as an orchestrator would.</summary>
    public void Terminate()
    {
        if (OperatingSystem.IsWindows() || SendSignal(_process.Id, SigTerm) != 0)
        {
            CloseLine();
        }
    }

    /// <summary>Closes the line to it, upon which it stops by itself.</summary>
    public void CloseLine() => _process.StandardInput.Close();

    /// <summary>Waits until it has ended and all its reports have been read.</summary>
    public async Task WaitForExitAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken).WaitAsync(timeout, cancellationToken);
        await _reading.WaitAsync(timeout, cancellationToken);
    }

    /// <summary>The last lines of its log; of exceptions what they say, not where they come from.</summary>
    public string LastWords(int lines)
    {
        lock (_log)
        {
            return string.Join(Environment.NewLine, File.ReadLines(LogFile).Where(line => !line.TrimStart().StartsWith("at ", StringComparison.Ordinal)).TakeLast(lines));
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await _reading;
        _process.Dispose();
        await _log.DisposeAsync();
    }

    private static string DotnetHost()
        => Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path
            : Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } host ? host
            : Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet");

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int processId, int signal);

    private async Task ReadAsync(StreamReader reader, Action<Report> onReport)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            // A killed process may leave half a line behind.
            if (line.StartsWith('@') && line.EndsWith('}') && JsonSerializer.Deserialize(line.AsSpan(1), ReportContext.Default.Report) is { } report)
            {
                onReport(report);
                continue;
            }

            lock (_log)
            {
                _log.WriteLine(line);
            }
        }
    }
}
