using System.Globalization;
using Discovery.Client.Selection;
using Microsoft.Extensions.DependencyInjection;

namespace Discovery.Client.Benchmarks;

/// <summary>One pick of a built-in selector, among instances that have answered.</summary>
internal sealed class PickerCall
{
    public static readonly string[] Selectors = [SelectorNames.RoundRobin, SelectorNames.Random, SelectorNames.LeastRequests, SelectorNames.PeakEwma, SelectorNames.WeightedRoundRobin, SelectorNames.WeightedRandom, SelectorNames.ConsistentHash];

    public const int Picks = 64;

    private const ulong Step = 0x9E3779B97F4A7C15;

    private readonly IPicker _picker;
    private readonly long _now = TimeProvider.System.GetTimestamp();
    private readonly int _number;

    [ThreadStatic]
    private static ulong _key;

    public PickerCall(string selector, int nodes)
    {
        _number = Array.IndexOf(Selectors, selector);
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

    /// <summary>So many picks, since calling them one by one would cost as much as some of them do; each selector from a call of its own, as in a program.</summary>
    public ServiceNode? Run() => _number switch
    {
        0 => Loop<byte>(),
        1 => Loop<sbyte>(),
        2 => Loop<short>(),
        3 => Loop<ushort>(),
        4 => Loop<int>(),
        5 => Loop<uint>(),
        _ => LoopWithKeys(),
    };

    public static ServiceInstance Instance(int number) => new()
    {
        ServiceName = "greeter",
        InstanceId = number.ToString("00000", CultureInfo.InvariantCulture),
        Host = string.Create(CultureInfo.InvariantCulture, $"10.0.{number / 250}.{(number % 250) + 1}"),
        Port = 8080,
        Scheme = "http",
    };

    // Compiled apart for each type.
    private ServiceNode? Loop<T>()
        where T : struct
    {
        ServiceNode? node = null;
        var context = new PickContext { Now = _now };
        for (var i = 0; i < Picks; i++)
        {
            node = _picker.Pick(context);
        }

        return node;
    }

    private ServiceNode? LoopWithKeys()
    {
        ServiceNode? node = null;
        var key = _key;
        for (var i = 0; i < Picks; i++)
        {
            node = _picker.Pick(new PickContext { Now = _now, HashKey = key += Step });
        }

        _key = key;
        return node;
    }
}
