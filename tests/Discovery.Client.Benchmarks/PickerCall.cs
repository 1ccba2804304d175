using System.Globalization;
using Discovery.Client.Selection;
using Microsoft.Extensions.DependencyInjection;

namespace Discovery.Client.Benchmarks;

/// <summary>One pick of a built-in selector, among instances that have answered.</summary>
internal sealed class PickerCall
{
    public static readonly string[] Selectors = [SelectorNames.RoundRobin, SelectorNames.Random, SelectorNames.LeastRequests, SelectorNames.PeakEwma];

    private const ulong Step = 0x9E3779B97F4A7C15;

    private readonly IPicker _picker;
    private readonly long _now = TimeProvider.System.GetTimestamp();
    private readonly bool _needsKey;

    [ThreadStatic]
    private static ulong _key;

    public PickerCall(string selector, int nodes)
    {
        _needsKey = selector == "consistent-hash";
        WeightedNode[] all = [.. Enumerable.Range(0, nodes).Select(number => new WeightedNode(new ServiceNode(Instance(number)), selector.StartsWith("weighted-", StringComparison.Ordinal) ? 1 + (number % 5) : 1))];
        _picker = new ServiceCollection().AddDiscoveryClient().Services.BuildServiceProvider().GetRequiredKeyedService<ISelector>(selector).CreatePicker(new SelectorContext
        {
            Nodes = [.. all],
            Options = new ServiceOptions(),
            Selection = new SelectionOptions(),
            TimeProvider = TimeProvider.System,
            Random = RandomSource.Shared,
        });
        foreach (var (node, _) in all)
        {
            node.Observe(RequestOutcome.Success, _now - 1_000_000, _now);
        }
    }

    public ServiceNode? Run() => _picker.Pick(new PickContext { Now = _now, HashKey = _needsKey ? _key += Step : null });

    public static ServiceInstance Instance(int number) => new()
    {
        ServiceName = "greeter",
        InstanceId = number.ToString("00000", CultureInfo.InvariantCulture),
        Host = string.Create(CultureInfo.InvariantCulture, $"10.0.{number / 250}.{(number % 250) + 1}"),
        Port = 8080,
        Scheme = "http",
    };
}
