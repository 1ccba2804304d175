using System.Globalization;
using Discovery.Client.Selection;
using Discovery.Client.Simulation.Scenarios;

namespace Discovery.Client.Simulation.Picture;

/// <summary>Draws <see cref="SlowInstance"/> for the algorithms: what part of the requests was in time, and how long the slower ones took, second by second.</summary>
internal static class SlowInstancePicture
{
    private const ulong Seed = 1;
    private const int Seeds = 20;
    private static readonly (string Name, string Color)[] Algorithms =
    [
        (SelectorNames.RoundRobin, "#c0392b"), (SelectorNames.Random, "#e0a030"), (SelectorNames.LeastRequests, "#2e86c1"), (SelectorNames.PeakEwma, "#1e8449"),
    ];

    public static int Write(string file, TextWriter figures)
    {
        var runs = Algorithms.Select(algorithm => (algorithm.Name, algorithm.Color, Run: SlowInstance.Run(algorithm.Name, Seed))).ToArray();
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
        File.WriteAllText(file, new Chart(760, 560)
            .Panel("answered within 1 s, % of the requests of each second", 84, 100, 4, [.. runs.Select(run => new Line(run.Name, run.Color, [.. run.Run.BySecond.Select(second => second.Within(SlowInstance.Limit) * 100)]))])
            .Panel("99th percentile of each second, seconds", 0, 2.2, 0.5, [.. runs.Select(run => new Line(run.Name, run.Color, [.. run.Run.BySecond.Select(second => second.Quantile(0.99).TotalSeconds)]))])
            .ToSvg("One of 11 instances takes 2 s instead of 167 ms (grey); 1 000 requests/s"));

        figures.WriteLine("| algorithm | within 1 s | worst seed | to the slow one while slow | p99 | p99.9 |");
        figures.WriteLine("|---|---|---|---|---|---|");
        foreach (var (name, _) in Algorithms)
        {
            var all = Enumerable.Range(1, Seeds).Select(seed => SlowInstance.Run(name, (ulong)seed)).ToArray();
            figures.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| `{name}` | {all.Average(run => run.Success):P3} | {all.Min(run => run.Success):P3} | {all.Average(run => run.SlowShare):P2} | {Milliseconds(all, 0.99):F0} ms | {Milliseconds(all, 0.999):F0} ms |"));
        }

        return 0;
    }

    private static double Milliseconds(SlowInstance[] runs, double share) => runs.Average(run => run.All.Quantile(share).TotalMilliseconds);
}
