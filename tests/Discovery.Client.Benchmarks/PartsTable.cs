using System.Globalization;

namespace Discovery.Client.Benchmarks;

internal static class PartsTable
{
    public static void Write(TextWriter output, IEnumerable<Scenario> scenarios)
    {
        output.WriteLine("| operation | median | best | B |");
        output.WriteLine("|---|--:|--:|--:|");
        foreach (var scenario in scenarios)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {scenario.Name} | {Time(scenario.Median)} | {Time(scenario.Best)} | {scenario.Bytes:#,0} |"));
        }
    }

    private static string Time(double nanoseconds) => nanoseconds switch
    {
        < 1e3 => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds:0.0} ns"),
        < 1e6 => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds / 1e3:0.0} µs"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds / 1e6:0.00} ms"),
    };
}
