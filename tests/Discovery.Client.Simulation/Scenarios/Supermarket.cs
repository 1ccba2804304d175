using Discovery.Client.Selection;

namespace Discovery.Client.Simulation.Scenarios;

/// <summary>
/// The supermarket model: n queues, exponential service of mean 1, Poisson arrivals of n times the load. Its mean time in system has a formula for many queues (Mitzenmacher, IEEE TPDS 12(10), 2001).
/// The caller may see loads as of a board that is written from time to time only ("How useful is old information?", IEEE TPDS 11(1), 2000).
/// </summary>
public static class Supermarket
{
    private static readonly TimeSpan Unit = TimeSpan.FromSeconds(1);

    /// <summary>So many requests that the mean of one seed is known to within a percent or so: queues near their limit forget slowly.</summary>
    public static int Enough(double load) => load > 0.92 ? 8_000_000 : 1_000_000;

    /// <summary>Returns the mean time in system, in service times.</summary>
    /// <param name="selector">How queues are chosen.</param>
    /// <param name="load">The load, below 1.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="requests">How many requests count, after as many again as a fifth of them that do not.</param>
    /// <param name="board">How old the loads on the board may become, in service times; 0: the caller sees its requests as they are.</param>
    /// <param name="queues">How many queues.</param>
    public static double Run(ISelector selector, double load, ulong seed, int requests, double board = 0, int queues = 100)
    {
        var time = new VirtualTime();
        var (arrivals, work) = (new Dice(seed, 1), new Dice(seed, 2));
        var servers = Enumerable.Range(0, queues).Select(_ => new QueueServer(time, () => work.Exponential(Unit))).ToArray();
        var caller = new Caller(time, selector, new Dice(seed, 3).Source);
        caller.Take(Enumerable.Range(0, queues));

        var warmUp = requests / 5;
        var (sent, total) = (0, TimeSpan.Zero);
        time.After(TimeSpan.Zero, Arrive);
        if (board > 0)
        {
            time.After(Unit * board, Write);
        }

        time.Run();
        return total / Unit / requests;

        void Arrive()
        {
            var (started, counts) = (time.Elapsed, sent >= warmUp);
            if (board > 0)
            {
                servers[caller.Choose()].Take(Done);
            }
            else
            {
                caller.Send((number, done) => servers[number].Take(() =>
                {
                    done(RequestOutcome.Success);
                    Done();
                }));
            }

            if (++sent < warmUp + requests)
            {
                time.After(arrivals.Exponential(Unit / (load * queues)), Arrive);
            }

            void Done() => total += counts ? time.Elapsed - started : TimeSpan.Zero;
        }

        void Write()
        {
            for (var i = 0; i < queues; i++)
            {
                var node = caller[i];
                while (node.Outstanding < servers[i].Length)
                {
                    node.BeginRequest();
                }

                while (node.Outstanding > servers[i].Length)
                {
                    node.EndRequest(RequestOutcome.Canceled);
                }
            }

            if (sent < warmUp + requests)
            {
                time.After(Unit * board, Write);
            }
        }
    }
}
