using System.Globalization;
using Discovery.Client.Selection;

namespace Discovery.Client.Simulation.Load;

/// <summary>Success and latency per algorithm on real sockets.</summary>
internal static class LoadTable
{
    /// <param name="output">Receives the table.</param>
    /// <param name="seconds">How long each algorithm runs.</param>
    /// <param name="selectors">The algorithms; none: those of docs/requests.md.</param>
    public static async Task<int> WriteAsync(TextWriter output, double seconds, params string[] selectors)
    {
        await output.WriteLineAsync("| algorithm | requests | well within 1 s | p50 | p90 | p99 | p99.9 | to the good, slow, failing, late one |");
        await output.WriteLineAsync("|---|---|---|---|---|---|---|---|");
        foreach (var selector in selectors is [] ? [SelectorNames.RoundRobin, SelectorNames.Random, SelectorNames.LeastRequests, SelectorNames.PeakEwma] : selectors)
        {
            var result = await LoadRun.RunAsync(selector, TimeSpan.FromSeconds(seconds));
            var shares = string.Join(", ", result.Shares.Select(share => (100.0 * share / result.Shares.Sum()).ToString("0.0 '%'", CultureInfo.InvariantCulture)));
            await output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"| `{selector}` | {result.Sent} | {100.0 * result.InTime / result.Sent:0.00} % | {result.Percentile(50):0} ms | {result.Percentile(90):0} ms | {result.Percentile(99):0} ms | {result.Percentile(99.9):0} ms | {shares} |"));
        }

        return 0;
    }
}
