using Discovery.Client.Selection;

namespace Discovery.Client.Simulation.Scenarios;

/// <summary>One of ten instances fails within a millisecond, the others answer in 50 ± 10 ms; 200 requests per second for a minute.</summary>
public static class BlackHole
{
    /// <summary>Returns the failing instance's share of the requests; a tenth would be fair.</summary>
    public static double Run(string selector, ulong seed, SelectionOptions? options = null)
    {
        var time = new VirtualTime();
        var (arrivals, work) = (new Dice(seed, 1), new Dice(seed, 2));
        var caller = new Caller(time, Selectors.Named(selector), new Dice(seed, 3).Source, options);
        caller.Take(Enumerable.Range(0, 10));
        var (sent, failed) = (0, 0);
        time.Repeat(() => arrivals.Exponential(TimeSpan.FromMilliseconds(5)), TimeSpan.FromSeconds(60), () =>
        {
            sent++;
            caller.Send((number, done) =>
            {
                var fails = number == 4;
                failed += fails ? 1 : 0;
                time.After(
                    fails ? TimeSpan.FromMilliseconds(1) : work.Normal(TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(10)),
                    () => done(fails ? RequestOutcome.Failure : RequestOutcome.Success));
            });
        });
        time.Run();
        return (double)failed / sent;
    }
}
