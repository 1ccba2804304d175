using System.Collections.Immutable;
using System.Globalization;
using Discovery.Client.Selection;
using Microsoft.Extensions.Time.Testing;

namespace Discovery.Client.Tests.Selection;

internal static class Nodes
{
    public static ImmutableArray<WeightedNode> Of(int count) => [.. Enumerable.Range(0, count).Select(i => new WeightedNode(One(i), 1))];

    public static ServiceNode One(int number)
        => new(new ServiceInstance { ServiceName = "greeter", InstanceId = number.ToString("000", CultureInfo.InvariantCulture), Host = "10.0.0." + number, Port = 8080 });

    public static IPicker Picker(this ISelector selector, ImmutableArray<WeightedNode> nodes, ulong seed = 1, IPicker? previous = null, SelectionOptions? selection = null, TimeProvider? clock = null)
        => selector.CreatePicker(new SelectorContext
        {
            Nodes = nodes,
            Options = new ServiceOptions(),
            Selection = selection ?? new SelectionOptions(),
            Previous = previous,
            TimeProvider = clock ?? new FakeTimeProvider(),
            Random = RandomSource.Create(seed),
        });

    public static int[] Count(this IPicker picker, ImmutableArray<WeightedNode> nodes, int picks, params ServiceNode[] excluded)
    {
        var counts = new int[nodes.Length];
        for (var i = 0; i < picks; i++)
        {
            counts[nodes.IndexOf(new WeightedNode(picker.Pick(new PickContext { Excluded = excluded })!, 1))]++;
        }

        return counts;
    }
}
