using BenchmarkDotNet.Running;
using Discovery.Client.Benchmarks;

if (args.Contains("--fast"))
{
    FastMode.Run(Console.Out);
    return 0;
}

if (args.Contains("--picks"))
{
    FastMode.RunPicks(Console.Out);
    return 0;
}

if (args is ["--etcd", var endpoint, ..])
{
    await EtcdMode.RunAsync(new Uri(endpoint), Console.Out);
    return 0;
}

if (args is ["--etcd-observer", var observed])
{
    await EtcdObserver.RunAsync(new Uri(observed), Console.Out);
    return 0;
}

if (args is ["--nacos", var nacos, ..])
{
    await NacosMode.RunAsync(new Uri(nacos), Console.Out);
    return 0;
}

if (args is ["--nacos-observer", var nacosObserved])
{
    await NacosObserver.RunAsync(new Uri(nacosObserved), Console.Out);
    return 0;
}

BenchmarkSwitcher.FromAssembly(typeof(HandlerBenchmarks).Assembly).Run(args);
return 0;
