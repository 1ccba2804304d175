using BenchmarkDotNet.Attributes;

namespace Discovery.Client.Benchmarks;

[MemoryDiagnoser]
public class PickerBenchmarks
{
    private PickerCall _call = null!;

    [ParamsSource(nameof(Selectors))]
    public string Selector { get; set; } = "";

    public static IEnumerable<string> Selectors => PickerCall.Selectors;

    [Params(10, 100, 1000)]
    public int Nodes { get; set; }

    [GlobalSetup]
    public void Setup() => _call = new PickerCall(Selector, Nodes);

    [Benchmark(OperationsPerInvoke = PickerCall.Picks)]
    public object? Pick() => _call.Run();
}
