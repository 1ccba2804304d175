using BenchmarkDotNet.Attributes;

namespace Discovery.Client.Benchmarks;

[MemoryDiagnoser]
public class HandlerBenchmarks
{
    private HttpCall _call = null!;

    [ParamsAllValues]
    public Subject Subject { get; set; }

    [ParamsAllValues]
    public Answer Answer { get; set; }

    [Params(3, 1000)]
    public int Instances { get; set; }

    [ParamsAllValues]
    public Paths Paths { get; set; }

    [GlobalSetup]
    public void Setup() => _call = HttpCall.Create(Subject, Answer, Instances, Paths);

    [Benchmark]
    public void Call() => _call.Run();
}
