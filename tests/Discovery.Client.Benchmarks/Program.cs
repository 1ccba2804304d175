using BenchmarkDotNet.Running;
using Discovery.Client.Benchmarks;

if (args.Contains("--fast"))
{
    FastMode.Run(Console.Out);
    return 0;
}

BenchmarkSwitcher.FromAssembly(typeof(HandlerBenchmarks).Assembly).Run(args);
return 0;
