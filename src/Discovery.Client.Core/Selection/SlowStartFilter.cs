using System.Collections.Immutable;

namespace Discovery.Client.Selection;

/// <summary>Gives nodes that joined not long ago part of their weight. The engine asks again each second while one is starting.</summary>
internal sealed class SlowStartFilter : IServiceFilter
{
    // As much as a list that doubles needs. In a deployment that replaces instance by instance the last one of before would get nearly everything otherwise.
    private const double MostOfFairShare = 2;

    public string Name => "slow-start";

    public ImmutableArray<WeightedNode> Apply(ImmutableArray<WeightedNode> nodes, in FilterContext context)
    {
        var options = context.Selection.SlowStart;
        var now = context.TimeProvider.GetTimestamp();
        if (!IsStarting(nodes, options, context.TimeProvider, now))
        {
            return nodes;
        }

        var clock = context.TimeProvider;
        double[] parts = [.. nodes.Select(node => node.Node.JoinedAt is { } at ? Part(clock.GetElapsedTime(at, now), options) : 1)];
        var (all, given) = (nodes.Sum(static node => node.Weight), nodes.Zip(parts, static (node, part) => node.Weight * part).Sum());
        var lift = Lift(all, given);
        return [.. nodes.Zip(parts, (node, part) => part < 1 ? node with { Weight = node.Weight * (part + (lift * (1 - part))) } : node)];
    }

    /// <summary>How much of what newcomers do not get they have to get all the same, lest the others get more than they can carry. Pure.</summary>
    /// <param name="all">The weight of all.</param>
    /// <param name="given">The weight of all while some get a part only.</param>
    public static double Lift(double all, double given) => given * MostOfFairShare < all ? ((all / MostOfFairShare) - given) / (all - given) : 0;

    /// <summary>Whether any node has not all of its weight yet.</summary>
    public static bool IsStarting(ImmutableArray<WeightedNode> nodes, SlowStartOptions options, TimeProvider clock, long now)
    {
        if (options.Window > TimeSpan.Zero)
        {
            foreach (var (node, _) in nodes)
            {
                if (node.JoinedAt is { } at && clock.GetElapsedTime(at, now) < options.Window)
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>The part of its weight that a node has after a time. Pure.</summary>
    public static double Part(TimeSpan age, SlowStartOptions options)
        => age >= options.Window ? 1 : Math.Max(options.Floor, Math.Pow(Math.Max(0, age / options.Window), 1 / options.Aggression));
}
