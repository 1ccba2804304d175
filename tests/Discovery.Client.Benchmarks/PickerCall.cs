using System.Globalization;
using Discovery.Client.Selection;

namespace Discovery.Client.Benchmarks;

/// <summary>One pick of a built-in selector.</summary>
internal sealed class PickerCall(string selector, int nodes)
{
    private readonly IPicker _picker = Selector(selector).CreatePicker(new SelectorContext
    {
        Nodes = [.. Enumerable.Range(0, nodes).Select(Node)],
        Options = new ServiceOptions(),
        TimeProvider = TimeProvider.System,
        Random = RandomSource.Shared,
    });

    public ServiceNode? Run() => _picker.Pick(default);

    private static WeightedNode Node(int number) => new(new ServiceNode(Instance(number)), 1);

    public static ServiceInstance Instance(int number) => new()
    {
        ServiceName = "greeter",
        InstanceId = number.ToString("00000", CultureInfo.InvariantCulture),
        Host = string.Create(CultureInfo.InvariantCulture, $"10.0.{number / 250}.{(number % 250) + 1}"),
        Port = 8080,
        Scheme = "http",
    };

    private static ISelector Selector(string name) => name switch
    {
        SelectorNames.RoundRobin => new RoundRobinSelector(),
        SelectorNames.Random => new RandomSelector(),
        _ => new LeastRequestsSelector(),
    };
}
