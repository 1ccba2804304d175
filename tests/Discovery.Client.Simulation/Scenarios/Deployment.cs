using Discovery.Client.Selection;

namespace Discovery.Client.Simulation.Scenarios;

/// <summary>How the list of servers changes while callers send.</summary>
public enum Change
{
    /// <summary>It does not.</summary>
    None,

    /// <summary>All servers are replaced by new ones at once, half way.</summary>
    Deploy,

    /// <summary>Servers are replaced one by one.</summary>
    Rolling,

    /// <summary>Half of the servers go, half way.</summary>
    Shrink,

    /// <summary>Half as many servers join, half way.</summary>
    Expand,
}

/// <summary>Five callers send 150 requests each to ten servers while the list changes, as Finagle tests its balancers.</summary>
public static class Deployment
{
    private const int Servers = 10;
    private const int Callers = 5;
    private const int Requests = 150;

    /// <summary>For each server, how many requests it got, and how many it would get if each request was spread evenly over the list of its moment.</summary>
    public static IReadOnlyList<(int Got, double Optimal)> Run(string selector, Change change, ulong seed)
    {
        var time = new VirtualTime();
        var (arrivals, work) = (new Dice(seed, 1), new Dice(seed, 2));
        var got = new Dictionary<int, (int Got, double Optimal)>();
        var callers = Enumerable.Range(0, Callers).Select(i => new Caller(time, Selectors.Named(selector), new Dice(seed, 10 + (ulong)i).Source)).ToArray();
        IReadOnlyList<int> list = [];
        for (var i = 0; i < Requests; i++)
        {
            var now = List(change, i);
            foreach (var caller in callers)
            {
                if (!now.SequenceEqual(list))
                {
                    caller.Take(now);
                }

                foreach (var server in now)
                {
                    Count(server, 0, 1.0 / now.Count);
                }

                Count(caller.Send((_, done) => time.After(work.Exponential(TimeSpan.FromMilliseconds(20)), () => done(RequestOutcome.Success))), 1, 0);
            }

            list = now;
            time.RunUntil(time.Elapsed + arrivals.Exponential(TimeSpan.FromMilliseconds(10)));
        }

        time.Run();
        return [.. got.Values];

        void Count(int server, int more, double optimal)
        {
            var (count, sum) = got.GetValueOrDefault(server);
            got[server] = (count + more, sum + optimal);
        }
    }

    private static IReadOnlyList<int> List(Change change, int request)
    {
        var late = request >= Requests / 2;
        var (first, count) = change switch
        {
            Change.Deploy => (late ? Servers : 0, Servers),
            Change.Rolling => (request * Servers / Requests, Servers),
            Change.Shrink => (late ? Servers / 2 : 0, late ? Servers / 2 : Servers),
            Change.Expand => (0, late ? Servers * 3 / 2 : Servers),
            _ => (0, Servers),
        };
        return [.. Enumerable.Range(first, count)];
    }
}
