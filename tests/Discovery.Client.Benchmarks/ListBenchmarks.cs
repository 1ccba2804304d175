using BenchmarkDotNet.Attributes;

namespace Discovery.Client.Benchmarks;

[MemoryDiagnoser]
public class ListBenchmarks
{
    private readonly DecodeCall _decode = new();
    private readonly ViewCall _view = new();

    [Benchmark]
    public int DecodeFirst() => _decode.First();

    [Benchmark]
    public int DecodeAgain() => _decode.Again();

    [Benchmark]
    public int ApplyOneOfTenThousand() => _view.Run();
}
