using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Discovery.Client.Simulation.Load;

/// <summary>What came of the requests of one run.</summary>
/// <param name="Sent">How many there were.</param>
/// <param name="InTime">How many were answered well within a second.</param>
/// <param name="Milliseconds">How long each took, in order; failures included.</param>
/// <param name="Shares">How many requests each provider got: the good one, the slow one, the one that fails, the late one.</param>
internal sealed record LoadResult(int Sent, int InTime, double[] Milliseconds, int[] Shares)
{
    public double Percentile(double percent) => Milliseconds[Math.Min(Milliseconds.Length - 1, (int)(Milliseconds.Length * percent / 100))];
}

/// <summary>Four providers on real sockets: one is good, one slow, one fails at once, one joins after a third of the time. Requests come at a fixed rate, whatever became of those before.</summary>
internal static class LoadRun
{
    private const int Rate = 200;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(1);

    public static async Task<LoadResult> RunAsync(string selector, TimeSpan time)
    {
        await using var good = await LoadProvider.StartAsync(TimeSpan.FromMilliseconds(20));
        await using var slow = await LoadProvider.StartAsync(TimeSpan.FromMilliseconds(600));
        await using var failing = await LoadProvider.StartAsync(TimeSpan.Zero, 500);
        await using var late = await LoadProvider.StartAsync(TimeSpan.FromMilliseconds(20));
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("Discovery:Backend", "static"), new("Discovery:Selector", selector)]).Build();
        List(configuration, good, slow, failing);
        await using var container = Container(configuration);
        var client = container.GetRequiredService<IHttpClientFactory>().CreateClient("load");
        (await client.GetAsync("http://provider/")).Dispose();

        var (results, calls, watch) = (new ConcurrentQueue<(bool InTime, double Milliseconds)>(), new List<Task>(), Stopwatch.StartNew());
        var joined = false;
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        for (var sent = 0; watch.Elapsed < time; await timer.WaitForNextTickAsync())
        {
            if (!joined && watch.Elapsed > time / 3)
            {
                List(configuration, good, slow, failing, late);
                configuration.Reload();
                joined = true;
            }

            // A tick that came late is made good, so that the rate stays.
            for (; sent < watch.Elapsed.TotalSeconds * Rate; sent++)
            {
                calls.Add(CallAsync(client, results));
            }
        }

        await Task.WhenAll(calls);
        return new(calls.Count, results.Count(result => result.InTime), [.. results.Select(result => result.Milliseconds).Order()], [good.Requests, slow.Requests, failing.Requests, late.Requests]);
    }

    private static async Task CallAsync(HttpClient client, ConcurrentQueue<(bool InTime, double Milliseconds)> results)
    {
        var watch = Stopwatch.StartNew();
        var isWell = false;
        try
        {
            using var response = await client.GetAsync("http://provider/");
            isWell = response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            // Counted as not answered.
        }

        results.Enqueue((isWell && watch.Elapsed < Deadline, watch.Elapsed.TotalMilliseconds));
    }

    private static ServiceProvider Container(IConfiguration configuration)
    {
        var services = new ServiceCollection();
        services.AddDiscoveryClient(configuration);
        services.AddHttpClient("load").AddDiscoveryHandler();
        return services.BuildServiceProvider();
    }

    private static void List(IConfiguration configuration, params LoadProvider[] providers)
    {
        for (var i = 0; i < providers.Length; i++)
        {
            configuration[$"Discovery:Static:Services:provider:{i}"] = providers[i].Address;
        }
    }
}
