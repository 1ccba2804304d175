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

    /// <summary>It fails for twenty seconds only. Returns how long after that it has answered ten requests: the greater the penalty and the longer it is remembered, the later.</summary>
    public static TimeSpan RunUntilTrusted(string selector, ulong seed, SelectionOptions? options = null)
    {
        var (fails, limit) = (TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(200));
        var time = new VirtualTime();
        var (arrivals, work) = (new Dice(seed, 1), new Dice(seed, 2));
        var caller = new Caller(time, Selectors.Named(selector), new Dice(seed, 3).Source, options);
        caller.Take(Enumerable.Range(0, 10));
        var answered = 0;
        var trusted = limit;
        time.Repeat(() => arrivals.Exponential(TimeSpan.FromMilliseconds(5)), limit, () => caller.Send((number, done) =>
        {
            var isFailure = number == 4 && time.Elapsed < fails;
            if (number == 4 && !isFailure && ++answered == 10)
            {
                trusted = time.Elapsed - fails;
            }

            time.After(
                isFailure ? TimeSpan.FromMilliseconds(1) : work.Normal(TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(10)),
                () => done(isFailure ? RequestOutcome.Failure : RequestOutcome.Success));
        }));
        time.Run();
        return trusted;
    }
}
