using Discovery.Client.Selection;

namespace Discovery.Client.Simulation.Scenarios;

/// <summary>
/// 100 callers and 100 servers that share their time among their requests (50 ms of work each, exponential). A tenth of the servers, others every ten seconds, work at 0.3 of their speed. What a caller has measured of a server
/// is old when it talks to all of them and fresh when it talks to few.
/// </summary>
public static class SlowTenth
{
    private const int Callers = 100;
    private const int Servers = 100;
    private static readonly TimeSpan Work = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(10);

    /// <summary>Returns how long requests took.</summary>
    /// <param name="selector">How callers choose.</param>
    /// <param name="load">The load of the servers, were all at full speed.</param>
    /// <param name="subset">How many servers a caller talks to; 0: all.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="seconds">How long callers send; the first quarter does not count.</param>
    public static Latencies Run(string selector, double load, int subset, ulong seed, int seconds = 120)
    {
        var (time, latencies) = (new VirtualTime(), new Latencies());
        var (arrivals, work, fate) = (new Dice(seed, 1), new Dice(seed, 2), new Dice(seed, 3));
        var servers = Enumerable.Range(0, Servers).Select(_ => new SharedServer(time)).ToArray();
        var callers = Enumerable.Range(0, Callers).Select(i =>
        {
            var caller = new Caller(
                time, Selectors.Named(selector), new Dice(seed, 10 + (ulong)i).Source, new SelectionOptions { Subset = new SubsetOptions { Size = subset, PeerIndex = i, PeerCount = Callers } });
            caller.Take(Enumerable.Range(0, Servers));
            return caller;
        }).ToArray();
        var end = TimeSpan.FromSeconds(seconds);
        Slow();
        time.Repeat(() => Period, end, Slow);
        time.Repeat(() => arrivals.Exponential(Work / (load * Servers)), end, () =>
        {
            var started = time.Elapsed;
            callers[fate.Source.Next(Callers)].Send((server, done) => servers[server].Take(work.Exponential(Work), () =>
            {
                done(RequestOutcome.Success);
                if (started >= end / 4)
                {
                    latencies.Add(time.Elapsed - started);
                }
            }));
        });
        time.Run();
        return latencies;

        void Slow()
        {
            var slow = Enumerable.Range(0, Servers).OrderBy(_ => fate.Source.NextUInt64()).Take(Servers / 10).ToHashSet();
            for (var i = 0; i < Servers; i++)
            {
                servers[i].Speed = slow.Contains(i) ? 0.3 : 1;
            }
        }
    }
}
