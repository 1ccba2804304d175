using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Discovery.Client.Benchmarks;

/// <summary>The second process: says when a change is in its view, and when the push of a bare subscription has been parsed. Timestamps are those of the machine's monotonic clock, which processes share.</summary>
internal static class NacosObserver
{
    /// <summary>So many changes of each kind are under way at once, each of a service of its own: the server waits half a second before it pushes.</summary>
    public const int Lanes = 10;

    public static async Task RunAsync(Uri endpoint, TextWriter output)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("Discovery:Backend", "nacos"), new("Discovery:Nacos:Endpoints:0", endpoint.ToString())]).Build();
        await using var services = new ServiceCollection().AddServiceDiscovery(configuration).Services.BuildServiceProvider();
        var lines = TextWriter.Synchronized(output);
        using var stop = new CancellationTokenSource();
        using var bare = await BareNacos.OpenAsync(endpoint);
        _ = bare.ReadAsync(list => Say(lines, "bare", list.Name, list.Hosts?.Items is [var host, ..] ? host.Metadata?.GetValueOrDefault("version") : null));
        await Task.WhenAll(Enumerable.Range(0, Lanes).Select(lane => bare.SubscribeAsync(Service("bare", lane))));
        var client = services.GetRequiredService<IDiscoveryClient>();
        var watching = Task.WhenAll(Enumerable.Range(0, Lanes).Select(lane => OursAsync(client, Service("ours", lane), lines, stop.Token)));
        Say(lines, "ready", "", "");
        while (await Console.In.ReadLineAsync() is not null)
        {
        }

        await stop.CancelAsync();
        await watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public static string Service(string kind, int lane) => $"benchmark-{kind}-{lane}";

    private static async Task OursAsync(IDiscoveryClient client, string service, TextWriter lines, CancellationToken stop)
    {
        await foreach (var view in client.WatchAsync(service, stop))
        {
            Say(lines, "ours", service, view.Instances.FirstOrDefault()?.Version);
        }
    }

    private static void Say(TextWriter lines, string kind, string? service, string? number)
    {
        var seen = TimeProvider.System.GetTimestamp();
        lines.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{kind} {service} {number} {seen}"));
        lines.Flush();
    }
}
