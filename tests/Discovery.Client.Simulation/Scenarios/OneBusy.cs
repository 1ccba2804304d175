using Discovery.Client.Selection;

namespace Discovery.Client.Simulation.Scenarios;

/// <summary>Two or three servers, of which one is busier than the others: it should get nothing.</summary>
public static class OneBusy
{
    /// <summary>Returns the busy one's share of the choices.</summary>
    public static double Run(string selector, int servers, ulong seed)
    {
        var time = new VirtualTime();
        var caller = new Caller(time, Selectors.Named(selector), new Dice(seed, 1).Source);
        caller.Take(Enumerable.Range(0, servers));
        foreach (var node in caller.Nodes)
        {
            var started = time.GetTimestamp();
            time.RunUntil(time.Elapsed + TimeSpan.FromMilliseconds(20));
            node.Node.Observe(RequestOutcome.Success, started, time.GetTimestamp());
        }

        caller[0].BeginRequest();
        return Enumerable.Range(0, 100_000).Count(_ => caller.Choose() == 0) / 100_000.0;
    }
}
