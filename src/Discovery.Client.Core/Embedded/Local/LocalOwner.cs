using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Discovery.Client.Embedded;

/// <summary>The process that wrote a record.</summary>
/// <param name="ProcessId">Its id.</param>
/// <param name="Started">When it started, as the system counts: ids are used again.</param>
/// <param name="Scope">Where that id means something: the machine, and on Linux the space of process ids (containers have their own).</param>
internal sealed record LocalOwner(int ProcessId, string Started, string Scope)
{
    public static LocalOwner Current { get; } = new(Environment.ProcessId, StartOf(Environment.ProcessId) ?? "", CurrentScope());

    /// <summary>Whether it is another process than this one and may still live. One that cannot be looked at from here counts as alive: its heartbeat decides.</summary>
    public bool IsAnotherLivingProcess => this != Current && (Scope != Current.Scope || StartOf(ProcessId) == Started);

    private static string CurrentScope()
    {
        try
        {
            return Environment.MachineName + (OperatingSystem.IsLinux() ? " " + new FileInfo("/proc/self/ns/pid").LinkTarget : "");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Environment.MachineName;
        }
    }

    private static string? StartOf(int processId)
    {
        try
        {
            if (OperatingSystem.IsLinux())
            {
                // Process.StartTime is computed from the wall clock and moves with it; the count of ticks does not.
                var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/stat"));
                var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
                const int State = 0, StartTime = 19;
                return fields[State] is "Z" or "X" ? null : fields[StartTime];
            }

            using var process = Process.GetProcessById(processId);
            return process.StartTime.ToUniversalTime().Ticks.ToString(CultureInfo.InvariantCulture);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or InvalidOperationException or Win32Exception)
        {
            return null;
        }
    }
}
