using System.Diagnostics;
using System.Globalization;
using Discovery.Client.Etcd;
using Grpc.Net.Client;
using Microsoft.Extensions.Logging.Abstractions;

namespace Discovery.Client.Benchmarks;

/// <summary>On a running etcd: how long a change takes into a second process's view, against a bare watch, in turn; what long lists and many services cost.</summary>
internal static class EtcdMode
{
    private const int Changes = 2000;
    private const int WarmUps = 100;
    private const int Size = 10_000;
    private const int Services = 1000;

    public static async Task RunAsync(Uri endpoint, TextWriter output)
    {
        await using (var backend = Create(endpoint))
        {
            await NotificationsAsync(endpoint, backend, output);
        }

        await using (var backend = Create(endpoint))
        {
            await ListAsync(backend, output);
        }

        await ManyServicesAsync(endpoint, output);
    }

    private static EtcdRegistryBackend Create(Uri endpoint) => new(new EtcdOptions { Endpoints = [endpoint] }, TimeProvider.System, NullLogger.Instance);

    private static ServiceRegistration Wish(string service, string id, string version)
        => new() { Instance = new() { ServiceName = service, InstanceId = id, Host = "10.0.0.1", Port = 8080, Scheme = "http", Version = version }, TimeToLive = TimeSpan.FromMinutes(10) };

    private static async Task NotificationsAsync(Uri endpoint, EtcdRegistryBackend backend, TextWriter output)
    {
        using var channel = GrpcChannel.ForAddress(endpoint);
        var kv = new Etcd.Wire.KV.KVClient(channel);
        var lease = await new Etcd.Wire.Lease.LeaseClient(channel).LeaseGrantAsync(new() { TTL = 600 });
        using var observer = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ["--etcd-observer", endpoint.ToString()]) { RedirectStandardOutput = true, RedirectStandardInput = true })!;
        var (ours, bare) = (new List<double>(), new List<double>());
        for (var i = 0; i <= EtcdObserver.Services; i++)
        {
            // One line from each watch says that it is there; a view may say more than one.
            await observer.StandardOutput.ReadLineAsync();
        }

        for (var i = 1; i <= WarmUps + Changes; i++)
        {
            var number = i.ToString(CultureInfo.InvariantCulture);
            var began = TimeProvider.System.GetTimestamp();
            await backend.RegisterAsync(Wish(EtcdObserver.Service(i), "x", number), default);
            var seen = await SeenAsync(observer, "ours", number);
            ours.Add(TimeProvider.System.GetElapsedTime(began, seen).TotalMilliseconds);

            began = TimeProvider.System.GetTimestamp();
            await kv.TxnAsync(new() { Success = { new Etcd.Wire.RequestOp { RequestPut = new() { Key = EtcdObserver.BareKey, Lease = lease.ID, Value = InstanceCodec.Encode(Wish(EtcdObserver.Service(i), "x", number).Instance) } } } });
            seen = await SeenAsync(observer, "bare", number);
            bare.Add(TimeProvider.System.GetElapsedTime(began, seen).TotalMilliseconds);
        }

        observer.StandardInput.Close();
        await observer.WaitForExitAsync();
        Row(output, "register → in a second process's view", ours[WarmUps..]);
        Row(output, "bare put → event of a bare watch parsed", bare[WarmUps..]);
    }

    private static async Task<long> SeenAsync(Process observer, string kind, string number)
    {
        while (true)
        {
            var line = await observer.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The observer ended.");
            if (line.Split(' ') is [var which, var what, var when] && which == kind && what == number)
            {
                return long.Parse(when, CultureInfo.InvariantCulture);
            }
        }
    }

    private static void Row(TextWriter output, string name, List<double> times)
    {
        times.Sort();
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{name}: p50 {times[times.Count / 2]:0.00} ms, p90 {times[times.Count * 9 / 10]:0.00} ms, p99 {times[times.Count * 99 / 100]:0.00} ms, max {times[^1]:0.0} ms"));
    }

    private static async Task ListAsync(EtcdRegistryBackend backend, TextWriter output)
    {
        const string Service = "benchmark-long";
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = 64 };
        var began = TimeProvider.System.GetTimestamp();
        await Parallel.ForEachAsync(Enumerable.Range(0, Size), parallel, async (i, stop) => await backend.RegisterAsync(Wish(Service, $"i{i:D5}", "1"), stop));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Size} registrations on one lease: {TimeProvider.System.GetElapsedTime(began).TotalSeconds:0.0} s"));

        var times = new List<double>();
        for (var i = 0; i < 15; i++)
        {
            var (from, bytes) = (TimeProvider.System.GetTimestamp(), GC.GetTotalAllocatedBytes(precise: true));
            var list = await backend.ReadAsync(new(Service), default);
            times.Add(TimeProvider.System.GetElapsedTime(from).TotalMilliseconds);
            _ = i < 14 ? 0 : Say(output, $"first list of {list.Instances.Length}: {(GC.GetTotalAllocatedBytes(precise: true) - bytes) / 1e6:0.0} MB allocated");
        }

        Row(output, $"first list of {Size}", times);
        Apply(await backend.ReadAsync(new(Service), default), Service, output);
    }

    private static void Apply(ServiceSnapshot list, string service, TextWriter output)
    {
        var layout = new KeyLayout("/services/");
        var times = new List<double>();
        var bytes = 0L;
        for (var i = 1; i <= 500; i++)
        {
            var change = new Etcd.Wire.Event { Kv = new() { Key = layout.Instance(service, "i05000"), Value = InstanceCodec.Encode(Wish(service, "i05000", $"{i + 1}").Instance) } };
            var before = GC.GetAllocatedBytesForCurrentThread();
            var from = TimeProvider.System.GetTimestamp();
            list = ListChange.Apply(layout, list, new([change], (long)list.Version.Number + 1, WatchTurn.GoesOn))!;
            times.Add(TimeProvider.System.GetElapsedTime(from).TotalMilliseconds);
            bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Row(output, $"apply one change to {Size} instances", times[100..]);
        Say(output, $"apply one change to {Size} instances: {bytes:#,0} B allocated");
    }

    private static async Task ManyServicesAsync(Uri endpoint, TextWriter output)
    {
        await using var backend = Create(endpoint);
        using var stop = new CancellationTokenSource();
        using var http = new HttpClient { BaseAddress = endpoint };
        _ = await http.GetStringAsync(new Uri("/metrics", UriKind.Relative));
        var (memory, connections, streams) = (GC.GetTotalMemory(true), Connections(endpoint), await MetricAsync(http, "etcd_debugging_mvcc_watch_stream_total"));
        var began = TimeProvider.System.GetTimestamp();
        var watches = Enumerable.Range(0, Services).Select(i => backend.WatchAsync(new($"benchmark-{i}"), null, stop.Token).GetAsyncEnumerator(stop.Token)).ToArray();
        await Task.WhenAll(watches.Select(watch => watch.MoveNextAsync().AsTask()));
        var known = TimeProvider.System.GetElapsedTime(began);
        var next = Array.ConvertAll(watches, watch => watch.MoveNextAsync().AsTask());
        while (await MetricAsync(http, "etcd_debugging_mvcc_watcher_total") < Services)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10));
        }

        Say(output, $"{Services} services watched: all lists after {known.TotalMilliseconds:0} ms, all watches after {TimeProvider.System.GetElapsedTime(began).TotalMilliseconds:0} ms; {Connections(endpoint) - connections} connection, {await MetricAsync(http, "etcd_debugging_mvcc_watch_stream_total") - streams} stream, {(GC.GetTotalMemory(true) - memory) / 1024.0 / Services:0.0} kB of memory each");
        await stop.CancelAsync();
        await ((Task)Task.WhenAll(next)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static int Connections(Uri endpoint)
        => System.Net.NetworkInformation.IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpConnections()
            .Count(connection => connection.RemoteEndPoint.Port == endpoint.Port && connection.State == System.Net.NetworkInformation.TcpState.Established);

    private static async Task<double> MetricAsync(HttpClient http, string name)
        => (await http.GetStringAsync(new Uri("/metrics", UriKind.Relative))).Split('\n').Where(line => line.StartsWith(name + " ", StringComparison.Ordinal)).Sum(line => double.Parse(line[name.Length..], CultureInfo.InvariantCulture));

    private static int Say(TextWriter output, FormattableString line)
    {
        output.WriteLine(FormattableString.Invariant(line));
        return 0;
    }
}
