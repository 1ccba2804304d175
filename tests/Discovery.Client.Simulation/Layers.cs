using System.Collections.Immutable;
using Discovery.Client.Selection;
using Microsoft.Extensions.DependencyInjection;

namespace Discovery.Client.Simulation;

/// <summary>The layers that are shipped, taken from the container as the engine takes them, in its order.</summary>
public static class Layers
{
    private static readonly IServiceFilter[] All = Build();

    /// <summary>What the layers make of a list of nodes.</summary>
    public static ImmutableArray<WeightedNode> Apply(ImmutableArray<WeightedNode> nodes, SelectionOptions options, TimeProvider time, RandomSource random)
    {
        var context = new FilterContext { ServiceName = "simulated", Options = new ServiceOptions(), Selection = options, TimeProvider = time, Random = random };
        foreach (var layer in All)
        {
            nodes = layer.Apply(nodes, context);
        }

        return nodes;
    }

    private static IServiceFilter[] Build()
    {
        var services = new ServiceCollection();
        services.AddDiscoveryClient();
        return [.. services.BuildServiceProvider().GetServices<IServiceFilter>()];
    }
}
