using Discovery.Client.Selection;

namespace Discovery.Client.Simulation.Scenarios;

/// <summary>100 servers, and requests that never end: how evenly do they pile up, and what does one get that joins with none? As Finagle tests its two choices.</summary>
public static class OpenRequests
{
    private const int Servers = 100;

    /// <summary>Returns the greatest difference between a server's open requests and the mean.</summary>
    public static double Spread(string selector, ulong seed, int requests = 100_000)
    {
        var caller = Fill(selector, seed, requests);
        return caller.Nodes.Max(node => Math.Abs(node.Node.Outstanding - ((double)requests / Servers)));
    }

    /// <summary>A server loses all that is open, as one that has come back. Returns its share of the requests until it has caught up, as a multiple of the fair one.</summary>
    public static double ShareOfRevived(string selector, ulong seed, int requests = 100_000)
    {
        var caller = Fill(selector, seed, requests);
        var revived = caller[17];
        while (revived.Outstanding > 0)
        {
            revived.EndRequest(RequestOutcome.Canceled);
        }

        var sent = 0;
        while (revived.Outstanding < requests / Servers)
        {
            caller.Send(static (_, _) => { });
            sent++;
        }

        return (double)revived.Outstanding / sent * Servers;
    }

    private static Caller Fill(string selector, ulong seed, int requests)
    {
        var caller = new Caller(new VirtualTime(), Selectors.Named(selector), new Dice(seed, 1).Source);
        caller.Take(Enumerable.Range(0, Servers));
        for (var i = 0; i < requests; i++)
        {
            caller.Send(static (_, _) => { });
        }

        return caller;
    }
}
