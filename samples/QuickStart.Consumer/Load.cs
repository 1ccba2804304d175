using Discovery.Client;
using QuickStart.Protocol;

namespace QuickStart.Consumer;

/// <summary>Calls the service without a pause, 16 calls at a time, and counts. There is no retry here: a call that fails is a failure, and is counted.</summary>
internal sealed class Load(IHttpClientFactory clients, IDiscoveryClient discovery, IConfiguration configuration, IHostApplicationLifetime lifetime) : BackgroundService
{
    private const int InFlight = 16;
    private const int WarmUpRequests = 20;
    private readonly Tally _tally = new();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var isConducted = Conducted.By(configuration);
        if (isConducted)
        {
            Conducted.StopWithConductor(lifetime);
        }

        await discovery.WaitForInstancesAsync("greeter", stoppingToken);
        await WarmUpAsync(stoppingToken);
        var calling = Task.WhenAll(Enumerable.Range(0, InFlight).Select(caller => CallAsync(caller, stoppingToken)));
        if (!isConducted)
        {
            await Task.WhenAll(calling, PrintAsync(stoppingToken));
            return;
        }

        await Task.WhenAll(calling, WatchAsync(stoppingToken), ReportAsync(stoppingToken));
        Conducted.Tell(new Report { Calls = _tally.Report(isLast: true) });
    }

    /// <summary>Some requests to a path that nobody counts, one after the other and with patience: the code they run is still being compiled on both sides, which takes a busy machine longer than 1 s.</summary>
    private async Task WarmUpAsync(CancellationToken stoppingToken)
    {
        var client = clients.CreateClient("greeter");
        client.Timeout = TimeSpan.FromSeconds(30);
        for (var i = 0; i < WarmUpRequests && !stoppingToken.IsCancellationRequested; i++)
        {
            using var response = await client.GetAsync("/", stoppingToken);
            await response.Content.ReadAsStringAsync(stoppingToken);
        }
    }

    private async Task CallAsync(int caller, CancellationToken stoppingToken)
    {
        // One after the other, as a load begins.
        await Task.WhenAny(Task.Delay(TimeSpan.FromMilliseconds(30 * caller), stoppingToken));
        var client = clients.CreateClient("greeter");
        while (!stoppingToken.IsCancellationRequested)
        {
            await CallOnceAsync(client);
        }
    }

    /// <summary>Never cancelled on stop: what has begun is finished and counted, or the two sides' counts would differ.</summary>
    private async Task CallOnceAsync(HttpClient client)
    {
        var startedAt = TimeProvider.System.GetTimestamp();
        var call = client.GetStringAsync("/hello", CancellationToken.None);
        await Task.WhenAny(call);
        _tally.Count(call, TimeProvider.System.GetElapsedTime(startedAt));
    }

    private async Task PrintAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.WhenAny(Task.Delay(TimeSpan.FromSeconds(1), stoppingToken));
            var report = _tally.Report(isLast: false);
            Console.WriteLine($"{report.Calls} calls, {report.Failures} failures; answers: {string.Join(", ", report.Answers.Select(answers => $"{answers.Calls} from {answers.From}"))}");
        }
    }

    private async Task ReportAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(250));
        while (!stoppingToken.IsCancellationRequested)
        {
            Conducted.Tell(new Report { Calls = _tally.Report(isLast: false) });
            await Task.WhenAny(timer.WaitForNextTickAsync(stoppingToken).AsTask());
        }
    }

    private async Task WatchAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var view in discovery.WatchAsync("greeter", stoppingToken))
            {
                string[] listed = [.. view.Nodes.Select(node => $"{node.Node.Instance.Host}:{node.Node.Instance.Port}")];
                Conducted.Tell(new Report { View = new ViewReport(DateTimeOffset.UtcNow, view.State.ToString(), listed, view.StaleReason) });
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }
}
