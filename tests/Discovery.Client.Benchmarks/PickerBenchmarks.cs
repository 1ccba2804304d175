using BenchmarkDotNet.Attributes;
using Discovery.Client.Selection;

namespace Discovery.Client.Benchmarks;

[MemoryDiagnoser]
public class PickerBenchmarks
{
    private PickerCall _call = null!;

    [Params(SelectorNames.RoundRobin, SelectorNames.Random, SelectorNames.LeastRequests)]
    public string Selector { get; set; } = "";

    [Params(3, 100, 1000)]
    public int Nodes { get; set; }

    [GlobalSetup]
    public void Setup() => _call = new PickerCall(Selector, Nodes);

    [Benchmark]
    public object? Pick() => _call.Run();
}
