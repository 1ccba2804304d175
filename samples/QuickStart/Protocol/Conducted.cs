using System.Text.Json;

namespace QuickStart.Protocol;

/// <summary>A child's end of the line to the conductor: reports go to standard output, and the end of standard input means stop.</summary>
internal static class Conducted
{
    /// <summary>Whether the conductor started this process.</summary>
    public static bool By(IConfiguration configuration) => configuration["Conducted"] == "true";

    public static void Tell(Report report) => Console.Out.WriteLine("@" + JsonSerializer.Serialize(report, ReportContext.Default.Report));

    /// <summary>Stops this process when the conductor closes the line, or is gone: a pipe closes however its owner ended.</summary>
    public static void StopWithConductor(IHostApplicationLifetime lifetime)
    {
        var watch = new Thread(() =>
        {
            while (Console.In.Read() >= 0)
            {
            }

            lifetime.StopApplication();
            Thread.Sleep(TimeSpan.FromSeconds(15));
            Environment.Exit(70);
        })
        { IsBackground = true, Name = "conductor" };
        watch.Start();
    }
}
