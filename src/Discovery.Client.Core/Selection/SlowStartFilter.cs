using System.Collections.Immutable;

namespace Discovery.Client.Selection;

/// <summary>Gives nodes that joined not long ago part of their weight. The engine asks again each second while one is starting.</summary>
internal sealed class SlowStartFilter : IServiceFilter
{
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
        return [.. nodes.Select(node => node.Node.JoinedAt is { } at ? node with { Weight = node.Weight * Part(clock.GetElapsedTime(at, now), options) } : node)];
    }

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
