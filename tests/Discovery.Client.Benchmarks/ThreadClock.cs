using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Discovery.Client.Benchmarks;

/// <summary>The time that this thread was on a core, where the system tells it: what else the machine does is not in it. Elsewhere the time that passed.</summary>
internal static partial class ThreadClock
{
    private const int ThreadCpuTime = 3;

    public static bool IsCpuTime { get; } = OperatingSystem.IsLinux();

    public static double Nanoseconds
    {
        get
        {
            if (!IsCpuTime)
            {
                return Stopwatch.GetTimestamp() * (1e9 / Stopwatch.Frequency);
            }

            return GetTime(ThreadCpuTime, out var time) == 0 ? (time.Seconds * 1e9) + time.Nanoseconds : throw new InvalidOperationException("No clock.");
        }
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int GetTime(int clock, out Time time);

    private struct Time
    {
        public nint Seconds;

        public nint Nanoseconds;
    }
}
