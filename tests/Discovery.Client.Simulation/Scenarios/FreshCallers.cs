using Discovery.Client.Selection;

namespace Discovery.Client.Simulation.Scenarios;

/// <summary>500 callers that have just started send ten requests each, one after the other, to 100 instances that are all alike.</summary>
public static class FreshCallers
{
    /// <summary>Returns the most and the fewest requests of an instance, in parts of the mean.</summary>
    public static (double Most, double Fewest) Run(string selector, ulong seed)
    {
        var counts = new int[100];
        for (var i = 0; i < 500; i++)
        {
            var time = new VirtualTime();
            var work = new Dice(seed, 1000 + (ulong)i);
            var caller = new Caller(time, Selectors.Named(selector), new Dice(seed, 5000 + (ulong)i).Source);
            caller.Take(Enumerable.Range(0, counts.Length));
            for (var j = 0; j < 10; j++)
            {
                counts[caller.Send((_, done) => time.After(work.Normal(TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(2)), () => done(RequestOutcome.Success)))]++;
                time.Run();
            }
        }

        return (counts.Max() / counts.Average(), counts.Min() / counts.Average());
    }
}
