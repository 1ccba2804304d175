using Discovery.Client.Selection;

namespace Discovery.Client.Simulation.Scenarios;

/// <summary>A server joins ten that are busy: 1 000 requests per second that take 50 ± 10 ms.</summary>
public static class Newcomer
{
    private const int Servers = 10;

    /// <summary>Returns the newcomer's share of the requests in each second after it joined; 1/11 would be fair.</summary>
    public static double[] Run(string selector, ulong seed, SelectionOptions? options = null, int seconds = 40)
    {
        var time = new VirtualTime();
        var (arrivals, work) = (new Dice(seed, 1), new Dice(seed, 2));
        var caller = new Caller(time, Selectors.Named(selector), new Dice(seed, 3).Source, options);
        caller.Take(Enumerable.Range(0, Servers));
        var joins = TimeSpan.FromSeconds(10);
        var (sent, got) = (new int[seconds], new int[seconds]);
        time.After(joins, () => caller.Take(Enumerable.Range(0, Servers + 1)));
        time.Repeat(() => TimeSpan.FromSeconds(1), joins + TimeSpan.FromSeconds(seconds), caller.Weigh);
        time.Repeat(() => arrivals.Exponential(TimeSpan.FromMilliseconds(1)), joins + TimeSpan.FromSeconds(seconds), () =>
        {
            var server = caller.Send((_, done) => time.After(work.Normal(TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(10)), () => done(RequestOutcome.Success)));
            if (time.Elapsed >= joins)
            {
                var second = (int)(time.Elapsed - joins).TotalSeconds;
                sent[second]++;
                got[second] += server == Servers ? 1 : 0;
            }
        });
        time.Run();
        return [.. got.Zip(sent, (one, all) => (double)one / all)];
    }
}
