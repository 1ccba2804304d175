using System.Globalization;
using Discovery.Client.Etcd;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Discovery.Client.Benchmarks;

/// <summary>The second process: says when a change is in its view, and when the event of a bare watch has been parsed. Timestamps are those of the machine's monotonic clock, which processes share.</summary>
internal static class EtcdObserver
{
    /// <summary>Changes go to so many services in turn: the engine takes a service's list at most 20 times a second when it changes all the time.</summary>
    public const int Services = 20;

    public static readonly ByteString BareKey = ByteString.CopyFromUtf8("/benchmark-bare/x");

    public static async Task RunAsync(Uri endpoint, TextWriter output)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("Discovery:Backend", "etcd"), new("Discovery:Etcd:Endpoints:0", endpoint.ToString())]).Build();
        await using var services = new ServiceCollection().AddServiceDiscovery(configuration).Services.BuildServiceProvider();
        var lines = TextWriter.Synchronized(output);
        using var stop = new CancellationTokenSource();
        var watching = Task.WhenAll([BareAsync(endpoint, lines, stop.Token), .. Enumerable.Range(0, Services).Select(i => OursAsync(services.GetRequiredService<IDiscoveryClient>(), Service(i), lines, stop.Token))]);
        while (await Console.In.ReadLineAsync() is not null)
        {
        }

        await stop.CancelAsync();
        await watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public static string Service(int change) => $"benchmark-of-changes-{change % Services}";

    private static async Task OursAsync(IDiscoveryClient client, string service, TextWriter lines, CancellationToken stop)
    {
        await foreach (var view in client.WatchAsync(service, stop))
        {
            var seen = TimeProvider.System.GetTimestamp();
            Say(lines, "ours", view.Instances.FirstOrDefault()?.Version ?? "0", seen);
        }
    }

    private static async Task BareAsync(Uri endpoint, TextWriter lines, CancellationToken stop)
    {
        using var channel = GrpcChannel.ForAddress(endpoint);
        using var call = new Etcd.Wire.Watch.WatchClient(channel).Watch(new CallOptions(cancellationToken: stop));
        await call.RequestStream.WriteAsync(new() { CreateRequest = new() { Key = BareKey, WatchId = 1 } }, stop);
        while (await call.ResponseStream.MoveNext(stop))
        {
            var version = call.ResponseStream.Current.Events is [.., var last] ? InstanceCodec.Decode("bare", "x", last.Kv.Value.Span)?.Version ?? "0" : "0";
            var seen = TimeProvider.System.GetTimestamp();
            Say(lines, "bare", version, seen);
        }
    }

    private static void Say(TextWriter lines, string kind, string number, long seen)
    {
        lines.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{kind} {number} {seen}"));
        lines.Flush();
    }
}
