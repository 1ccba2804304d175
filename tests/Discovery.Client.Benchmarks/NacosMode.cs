using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Discovery.Client.Nacos;
using Microsoft.Extensions.Logging.Abstractions;

namespace Discovery.Client.Benchmarks;

/// <summary>On a running Nacos: how long a change takes into a second process's view, against the bare protocol, in pairs.</summary>
internal static class NacosMode
{
    private const int Changes = 1000;
    private const int WarmUps = 5;

    /// <summary>Servers look every 100 milliseconds what is to be pushed.</summary>
    private const int ServersTurn = 100;

    private static readonly ConcurrentDictionary<(string Service, string Number), TaskCompletionSource<long>> Seen = [];

    public static async Task RunAsync(Uri endpoint, TextWriter output)
    {
        await using var backend = NacosBackendFactory.Create(new NacosOptions { Endpoints = [endpoint] }, TimeProvider.System, NullLogger.Instance);
        using var bare = await BareNacos.OpenAsync(endpoint);
        _ = bare.ReadAsync(_ => { });
        using var observer = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ["--nacos-observer", endpoint.ToString()]) { RedirectStandardOutput = true, RedirectStandardInput = true })!;
        var ready = new TaskCompletionSource();
        var reading = ListenAsync(observer, ready);
        await await Task.WhenAny(ready.Task, reading);

        var pairs = new ConcurrentBag<(double Ours, double Bare)>();
        var lanes = Task.WhenAll(Enumerable.Range(0, NacosObserver.Lanes).Select(lane => RunAsync(backend, bare, lane, pairs)));
        await await Task.WhenAny(lanes, reading);
        observer.StandardInput.Close();
        await observer.WaitForExitAsync();

        Row(output, "register → in a second process's view", [.. pairs.Select(pair => pair.Ours)]);
        Row(output, "bare register → push of a bare subscription parsed", [.. pairs.Select(pair => pair.Bare)]);
        Row(output, "the difference in a pair", [.. pairs.Select(pair => pair.Ours - pair.Bare)]);
    }

    /// <summary>The two of a pair go out together, so that the server pushes them in the same turn; which is first changes from pair to pair, and so does where in the server's turn that is.</summary>
    private static async Task RunAsync(NacosRegistryBackend backend, BareNacos bare, int lane, ConcurrentBag<(double Ours, double Bare)> pairs)
    {
        var random = new Random(lane);
        for (var i = 1; i <= WarmUps + (Changes / NacosObserver.Lanes); i++)
        {
            await Task.Delay(random.Next(ServersTurn));
            var number = i.ToString(CultureInfo.InvariantCulture);
            var (ours, theirs) = i % 2 == 0
                ? (OursAsync(backend, lane, number), BareAsync(bare, lane, number))
                : Swap(BareAsync(bare, lane, number), OursAsync(backend, lane, number));
            await Task.WhenAll(ours, theirs);
            if (i > WarmUps)
            {
                pairs.Add((await ours, await theirs));
            }
        }
    }

    private static (Task<double> Ours, Task<double> Bare) Swap(Task<double> bare, Task<double> ours) => (ours, bare);

    private static async Task<double> OursAsync(NacosRegistryBackend backend, int lane, string number)
    {
        var service = NacosObserver.Service("ours", lane);
        var seen = Expect(service, number);
        var began = TimeProvider.System.GetTimestamp();
        await backend.RegisterAsync(Wish(service, number), default);
        return TimeProvider.System.GetElapsedTime(began, await seen).TotalMilliseconds;
    }

    private static async Task<double> BareAsync(BareNacos bare, int lane, string number)
    {
        var service = NacosObserver.Service("bare", lane);
        var seen = Expect(service, number);
        var began = TimeProvider.System.GetTimestamp();
        await bare.RegisterAsync(service, InstanceWriter.Write(Wish(service, number), "DEFAULT", ephemeral: true, beats: false, 1));
        return TimeProvider.System.GetElapsedTime(began, await seen).TotalMilliseconds;
    }

    private static ServiceRegistration Wish(string service, string version)
        => new() { Instance = new() { ServiceName = service, InstanceId = "x", Host = "10.0.0.1", Port = 8080, Scheme = "http", Version = version }, TimeToLive = TimeSpan.FromMinutes(10) };

    private static Task<long> Expect(string service, string number)
        => Seen.GetOrAdd((service, number), _ => new(TaskCreationOptions.RunContinuationsAsynchronously)).Task.WaitAsync(TimeSpan.FromSeconds(30));

    private static async Task ListenAsync(Process observer, TaskCompletionSource ready)
    {
        while (await observer.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.Split(' ') is ["ours" or "bare", var service, var number, var when])
            {
                Seen.GetOrAdd((service, number), _ => new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult(long.Parse(when, CultureInfo.InvariantCulture));
            }
            else
            {
                ready.TrySetResult();
            }
        }

        throw new InvalidOperationException("The observer ended.");
    }

    private static void Row(TextWriter output, string name, List<double> times)
    {
        times.Sort();
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{name}: n = {times.Count}, p50 {times[times.Count / 2]:0.00} ms, p90 {times[times.Count * 9 / 10]:0.00} ms, p99 {times[times.Count * 99 / 100]:0.00} ms, max {times[^1]:0.0} ms"));
    }
}
