using System.Collections.Immutable;
using Discovery.Client.Selection;

namespace Discovery.Client.Simulation.Scenarios;

/// <summary>300 callers that each talk to some of 300 servers.</summary>
public static class Subsetting
{
    private const int Callers = 300;
    private const int Servers = 300;

    /// <summary>Returns the most and the least load of a server, in parts of the mean, and the most servers that a caller exchanges when one goes.</summary>
    /// <param name="size">How many servers a caller talks to.</param>
    /// <param name="ring">Whether callers know their place among each other.</param>
    /// <param name="seed">The seed.</param>
    public static (double Most, double Least, int Churn) Run(int size, bool ring, ulong seed)
    {
        var loads = new double[Servers];
        var churn = 0;
        for (var i = 0; i < Callers; i++)
        {
            var options = new SelectionOptions { Subset = new SubsetOptions { Size = size, ClientId = $"{seed}/{i}", PeerIndex = ring ? i : null, PeerCount = ring ? Callers : null } };
            var caller = new Caller(new VirtualTime(), Selectors.Named(SelectorNames.Random), new Dice(seed, (ulong)i).Source, options);
            caller.Take(Enumerable.Range(0, Servers));
            var sum = caller.Nodes.Sum(node => node.Weight);
            foreach (var (node, weight) in caller.Nodes)
            {
                loads[caller.NumberOf(node)] += weight / sum;
            }

            var before = Numbers(caller);
            var gone = (int)((seed * 37) % Servers);
            caller.Take(Enumerable.Range(0, Servers).Where(server => server != gone));
            churn = Math.Max(churn, Numbers(caller).Except(before).Count);
        }

        return (loads.Max() / loads.Average(), loads.Min() / loads.Average(), churn);
    }

    private static ImmutableHashSet<int> Numbers(Caller caller) => [.. caller.Nodes.Select(node => caller.NumberOf(node.Node))];
}
