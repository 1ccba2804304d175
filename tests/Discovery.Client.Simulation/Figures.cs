using System.Globalization;
using Discovery.Client.Selection;
using Discovery.Client.Simulation.Scenarios;

namespace Discovery.Client.Simulation;

/// <summary>The figures of the other scenarios: mean of all seeds, least and most of one.</summary>
internal static class Figures
{
    private const int Seeds = 20;

    private static readonly (string Name, Func<ulong, double> Run)[] Rows =
    [
        ("peak-ewma, a tenth of 100 servers slow, all servers: p99, ms", seed => SlowTenth.Run(SelectorNames.PeakEwma, 0.6, 0, seed).Quantile(0.99).TotalMilliseconds),
        ("peak-ewma, a tenth of 100 servers slow, ring of 10: p99, ms", seed => SlowTenth.Run(SelectorNames.PeakEwma, 0.6, 10, seed).Quantile(0.99).TotalMilliseconds),
        ("subset of 30 of 300, ring: most load / mean", seed => Subsetting.Run(30, true, seed).Most),
        ("subset of 30 of 300, rendezvous: most load / mean", seed => Subsetting.Run(30, false, seed).Most),
        ("peak-ewma, one joins ten: its share in the first second, %", seed => Newcomer.Run(SelectorNames.PeakEwma, seed, null, 5)[0] * 100),
        ("peak-ewma, one joins ten, no slow start: its share in the first second, %", seed => Newcomer.Run(SelectorNames.PeakEwma, seed, new SelectionOptions { SlowStart = { Window = TimeSpan.Zero } }, 5)[0] * 100),
        ("random, load 0.9", seed => Supermarket.Run(Selectors.Named(SelectorNames.Random), 0.9, seed, 100_000)),
        ("two choices, load 0.9, loads 5 service times old", seed => Supermarket.Run(Selectors.Named(SelectorNames.LeastRequests), 0.9, seed, 100_000, 5)),
        ("two choices, load 0.9, loads 10 service times old", seed => Supermarket.Run(Selectors.Named(SelectorNames.LeastRequests), 0.9, seed, 100_000, 10)),
        ("least of all, load 0.9, loads 5 service times old", seed => Supermarket.Run(new LeastOfAllSelector(false), 0.9, seed, 100_000, 5)),
        ("least of all, first index, load 0.9, loads 5 service times old", seed => Supermarket.Run(new LeastOfAllSelector(true), 0.9, seed, 100_000, 5)),
        ("peak-ewma, one of ten fails at once: its share, %", seed => BlackHole.Run(SelectorNames.PeakEwma, seed) * 100),
        ("least-requests, one of ten fails at once: its share, %", seed => BlackHole.Run(SelectorNames.LeastRequests, seed) * 100),
        ("round-robin, fresh callers: most requests / mean", seed => FreshCallers.Run(SelectorNames.RoundRobin, seed).Most),
        ("peak-ewma, fresh callers: most requests / mean", seed => FreshCallers.Run(SelectorNames.PeakEwma, seed).Most),
        ("least-requests, fresh callers: most requests / mean", seed => FreshCallers.Run(SelectorNames.LeastRequests, seed).Most),
        ("least-requests, 100 000 open requests on 100: greatest difference from the mean", seed => OpenRequests.Spread(SelectorNames.LeastRequests, seed)),
        ("least-requests, one comes back with none: its share / fair", seed => OpenRequests.ShareOfRevived(SelectorNames.LeastRequests, seed)),
        ("two choices, load 0.9: mean time in system (model: 2.61)", seed => Supermarket.Run(Selectors.Named(SelectorNames.LeastRequests), 0.9, seed, Supermarket.Enough(0.9))),
        ("two choices, load 0.95: mean time in system (model: 3.38)", seed => Supermarket.Run(Selectors.Named(SelectorNames.LeastRequests), 0.95, seed, Supermarket.Enough(0.95))),
    ];

    public static int Write(TextWriter writer)
    {
        writer.WriteLine("| scenario | mean | least | most |");
        writer.WriteLine("|---|---|---|---|");
        foreach (var (name, run) in Rows)
        {
            var values = Enumerable.Range(1, Seeds).Select(seed => run((ulong)seed)).ToArray();
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {values.Average():G4} | {values.Min():G4} | {values.Max():G4} |"));
        }

        return 0;
    }
}
