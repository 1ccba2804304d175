using Discovery.Client.Selection;

namespace Discovery.Client.Simulation.Scenarios;

/// <summary>
/// Of 11 instances that answer in 167 ± 5 ms one takes 2 s from second 15 to second 45; 1 000 requests per second for a minute. Published by Linkerd ("Beyond round robin", 2016).
/// </summary>
public sealed class SlowInstance
{
    public const int Instances = 11;
    public const int Slow = 7;
    public static readonly TimeSpan Duration = TimeSpan.FromSeconds(60);
    public static readonly TimeSpan SlowFrom = TimeSpan.FromSeconds(15);
    public static readonly TimeSpan SlowUntil = TimeSpan.FromSeconds(45);
    public static readonly TimeSpan RecoveredFrom = TimeSpan.FromSeconds(50);
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    private readonly Latencies[] _bySecond = [.. Enumerable.Range(0, (int)Duration.TotalSeconds).Select(_ => new Latencies())];
    private int _toSlow;
    private int _whileSlow;
    private int _toRecovered;
    private int _whileRecovered;

    /// <summary>All requests.</summary>
    public Latencies All { get; } = new();

    /// <summary>The requests by the second in which they were sent.</summary>
    public IReadOnlyList<Latencies> BySecond => _bySecond;

    /// <summary>The slow instance's share of the requests while it is slow; 1/11 would be fair.</summary>
    public double SlowShare => (double)_toSlow / _whileSlow;

    /// <summary>Its share in the last ten seconds, when it has been as fast as the others for five: the sooner what was measured is forgotten, the greater.</summary>
    public double RecoveredShare => (double)_toRecovered / _whileRecovered;

    /// <summary>The share of all requests that were answered within a second.</summary>
    public double Success => All.Within(Limit);

    public static SlowInstance Run(string selector, ulong seed, SelectionOptions? options = null)
    {
        var time = new VirtualTime();
        var (arrivals, work) = (new Dice(seed, 1), new Dice(seed, 2));
        var caller = new Caller(time, Selectors.Named(selector), new Dice(seed, 3).Source, options);
        caller.Take(Enumerable.Range(0, Instances));
        var result = new SlowInstance();
        time.Repeat(() => arrivals.Exponential(TimeSpan.FromMilliseconds(1)), Duration, () =>
        {
            var slow = time.Elapsed >= SlowFrom && time.Elapsed < SlowUntil;
            var second = (int)time.Elapsed.TotalSeconds;
            var server = caller.Send((number, done) =>
            {
                var takes = slow && number == Slow ? TimeSpan.FromSeconds(2) : work.Normal(TimeSpan.FromMilliseconds(167), TimeSpan.FromMilliseconds(5));
                result.All.Add(takes);
                result._bySecond[second].Add(takes);
                time.After(takes, () => done(RequestOutcome.Success));
            });
            result._whileSlow += slow ? 1 : 0;
            result._toSlow += slow && server == Slow ? 1 : 0;
            var recovered = time.Elapsed >= RecoveredFrom;
            result._whileRecovered += recovered ? 1 : 0;
            result._toRecovered += recovered && server == Slow ? 1 : 0;
        });
        time.Run();
        return result;
    }
}
