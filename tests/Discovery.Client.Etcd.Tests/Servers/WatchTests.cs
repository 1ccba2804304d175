using System.Globalization;
using Discovery.Client.Conformance;
using Discovery.Client.Servers;

namespace Discovery.Client.Etcd.Tests.Servers;

/// <summary>What watches do when history is missing, with a server and a proxy for each test.</summary>
public sealed class WatchTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Watch_CompactedWhileDisconnected_ListsAgain()
    {
        await using var node = await OwnServer.StartAsync();
        using var admin = new EtcdAdmin(node.Address);
        await using var provider = BackendTestKit.Create(node.Address);
        await using var consumer = BackendTestKit.Create(node.Address);
        var (one, two) = (TestKit.Instance("orders", "one"), TestKit.Instance("orders", "two"));
        var lease = await provider.RegisterAsync(TestKit.Wish(one), Stop);
        ServiceSnapshot last;
        await using (var before = new WatchProbe(consumer, new("orders")))
        {
            last = await before.UntilAsync(list => list.Instances.Length == 1, Patience, "one", Stop);
        }

        await provider.RegisterAsync(TestKit.Wish(two), Stop);
        await provider.DeregisterAsync(lease, Stop);
        await admin.CompactAsync();

        await using var after = new WatchProbe(consumer, new("orders"), last);
        await after.UntilAsync(list => list.Instances is [{ InstanceId: "two" }], Patience, "two alone", Stop);
        Assert.Empty(after.Errors);
    }

    [Fact]
    public async Task Watch_ManyServicesAfterABreak_ResumeWithoutListing()
    {
        const int Services = 1000;
        await using var node = await OwnServer.StartAsync();
        await using var proxies = await Toxiproxy.StartAsync(Stop);
        await using var proxy = await proxies.CreateProxyAsync(node.Port, Stop);
        using var admin = new EtcdAdmin(node.Address);
        await using var provider = BackendTestKit.Create(node.Address);
        await using var consumer = BackendTestKit.Create(proxy.Address);
        var probes = Enumerable.Range(0, Services).Select(i => new WatchProbe(consumer, new($"s{i}"))).ToArray();
        foreach (var probe in probes)
        {
            await probe.UntilAsync(_ => true, Patience, "a list", Stop);
        }

        await provider.RegisterAsync(TestKit.Wish(TestKit.Instance("s7")), Stop);
        await probes[7].UntilAsync(list => list.Instances.Length == 1, Patience, "the instance", Stop);
        string[] lists = ["grpc_server_handled_total", "grpc_method=\"Range\"", "grpc_service=\"etcdserverpb.KV\""];
        var before = await admin.MetricAsync(lists);

        await proxy.DisableAsync(Stop);
        await probes[0].UntilErrorAsync(1, Patience, Stop);
        await provider.RegisterAsync(TestKit.Wish(TestKit.Instance("s8")), Stop);
        await proxy.EnableAsync(Stop);

        await probes[8].UntilAsync(list => list.Instances.Length == 1, Patience, "the instance", Stop);
        await Eventually.TrueAsync(() => probes.All(probe => probe.Errors.Count > 0 && probe.Seen.Count > 1), "all have gone on");
        Assert.Equal(before, await admin.MetricAsync(lists));
        Assert.Equal(1, await admin.MetricAsync("etcd_debugging_mvcc_watch_stream_total"));
        foreach (var probe in probes)
        {
            await probe.DisposeAsync();
        }
    }

    /// <summary>The store tells each watch how far it has been told, so that the revisions in between may go.</summary>
    [Fact]
    public async Task Watch_QuietServicesCompactedMeanwhile_ResumeWithoutListing()
    {
        const int Services = 100;

        // etcd's own interval is 10 minutes.
        await using var node = await OwnServer.StartAsync(EtcdServers.Newest, "--watch-progress-notify-interval", "1s");
        await using var proxies = await Toxiproxy.StartAsync(Stop);
        await using var proxy = await proxies.CreateProxyAsync(node.Port, Stop);
        using var admin = new EtcdAdmin(node.Address);
        await using var consumer = BackendTestKit.Create(proxy.Address);
        var probes = Enumerable.Range(0, Services).Select(i => new WatchProbe(consumer, new($"s{i}"))).ToArray();
        foreach (var probe in probes)
        {
            await probe.UntilAsync(_ => true, Patience, "a list", Stop);
        }

        for (var i = 0; i < 20; i++)
        {
            await admin.PutAsync("/elsewhere", i.ToString(CultureInfo.InvariantCulture));
        }

        var revision = await admin.RevisionAsync();
        foreach (var probe in probes)
        {
            await probe.UntilAsync(list => ((ListPosition)list.ResumeToken!).Revision >= revision, Patience, "the store's revision", Stop);
        }

        await admin.CompactAsync();
        string[] lists = ["grpc_server_handled_total", "grpc_method=\"Range\"", "grpc_service=\"etcdserverpb.KV\""];
        var before = await admin.MetricAsync(lists);
        await proxy.DisableAsync(Stop);
        await Eventually.TrueAsync(() => probes.All(probe => probe.Errors.Count > 0), "all have ended");
        var seen = Array.ConvertAll(probes, probe => probe.Seen.Count);
        await proxy.EnableAsync(Stop);

        await Eventually.TrueAsync(() => probes.Zip(seen).All(pair => pair.First.Seen.Count > pair.Second), "all have gone on");
        Assert.Equal(before, await admin.MetricAsync(lists));
        foreach (var probe in probes)
        {
            await probe.DisposeAsync();
        }
    }

    [Fact]
    public async Task Watch_ManyKeysInOneTransaction_ComeInOneList()
    {
        const int Transactions = 4, Keys = 20;
        await using var node = await OwnServer.StartAsync();
        using var admin = new EtcdAdmin(node.Address);
        await using var consumer = BackendTestKit.Create(node.Address);
        ServiceSnapshot last;
        await using (var before = new WatchProbe(consumer, new("orders")))
        {
            last = await before.UntilAsync(_ => true, Patience, "a list", Stop);
        }

        // Each is larger than half of what etcd sends at once, so that the pieces end in the middle of one.
        var filler = new string('x', 40_000);
        var value = "{\"format\":1,\"host\":\"10.0.0.1\",\"port\":8080,\"metadata\":{\"filler\":\"" + filler + "\"}}";
        for (var i = 0; i < Transactions; i++)
        {
            await admin.PutAllAsync(Enumerable.Range(0, Keys).Select(key => ($"/services/orders/{i}-{key}", value)));
        }

        await using var after = new WatchProbe(consumer, new("orders"), last);
        await after.UntilAsync(list => list.Instances.Length == Transactions * Keys, Patience, "all", Stop);
        Assert.All(after.Seen, list => Assert.Equal(0, list.Instances.Length % Keys));
        Assert.Empty(after.Errors);
    }

    [Fact]
    public async Task Watch_StoreRestoredFromAnOlderCopy_ListsAgain()
    {
        await using var node = await OwnServer.StartAsync();
        await using var provider = BackendTestKit.Create(node.Address);
        await using var consumer = BackendTestKit.Create(node.Address);
        var (old, late) = (TestKit.Instance("orders", "old"), TestKit.Instance("orders", "late"));
        await provider.RegisterAsync(TestKit.Wish(old, seconds: 300), Stop);
        await node.KillAsync();
        var copy = Directory.CreateTempSubdirectory("discovery-etcd-copy-");
        CopyFolder(node.DataFolder, copy.FullName);
        await node.RestartAsync(Stop);
        await using var probe = new WatchProbe(consumer, new("orders"));
        await Eventually.SucceedsAsync(async () => await provider.RegisterAsync(TestKit.Wish(late, seconds: 300), Stop));
        await probe.UntilAsync(list => list.Instances.Length == 2, Patience, "both", Stop);

        await node.KillAsync();
        Directory.Delete(node.DataFolder, recursive: true);
        CopyFolder(copy.FullName, node.DataFolder);
        await node.RestartAsync(Stop);
        copy.Delete(recursive: true);

        await probe.UntilAsync(list => list.Instances is [{ InstanceId: "old" }], Patience, "old alone", Stop);
    }

    [Fact]
    public async Task Watch_BurstLargerThanAnyMessage_ArrivesWhole()
    {
        await using var node = await OwnServer.StartAsync();
        await using var proxies = await Toxiproxy.StartAsync(Stop);
        await using var proxy = await proxies.CreateProxyAsync(node.Port, Stop);
        await using var provider = BackendTestKit.Create(node.Address);
        await using var consumer = BackendTestKit.Create(proxy.Address);
        await using var probe = new WatchProbe(consumer, new("orders"));
        await probe.UntilAsync(_ => true, Patience, "a list", Stop);
        await proxy.DisableAsync(Stop);
        await probe.UntilErrorAsync(1, Patience, Stop);
        var filler = new string('x', 700_000);
        for (var i = 0; i < 12; i++)
        {
            var instance = TestKit.Instance("orders", i.ToString(CultureInfo.InvariantCulture));
            await provider.RegisterAsync(TestKit.Wish(instance with { Metadata = instance.Metadata.Add("filler", filler) }), Stop);
        }

        await proxy.EnableAsync(Stop);

        await probe.UntilAsync(list => list.Instances.Length == 12, Patience, "all", Stop);
    }

    /// <summary>etcd tells at most a thousand revisions at a time, each portion with the revision that the store has by then.</summary>
    [Fact]
    public async Task Watch_ThousandsOfRevisionsBehind_MissesNone()
    {
        await using var node = await OwnServer.StartAsync();
        await using var provider = BackendTestKit.Create(node.Address);
        await using var consumer = BackendTestKit.Create(node.Address);
        ServiceSnapshot last;
        await using (var before = new WatchProbe(consumer, new("orders")))
        {
            last = await before.UntilAsync(_ => true, Patience, "a list", Stop);
        }

        await Parallel.ForEachAsync(Enumerable.Range(0, 3500), new ParallelOptions { MaxDegreeOfParallelism = 64, CancellationToken = Stop }, async (i, stop) =>
            await provider.RegisterAsync(TestKit.Wish(TestKit.Instance("orders", $"i{i}"), seconds: 120), stop));

        await using var after = new WatchProbe(consumer, new("orders"), last);
        await after.UntilAsync(list => list.Instances.Length == 3500, Patience, "all", Stop);
        Assert.Same(((ListPosition)last.ResumeToken!).Owner, ((ListPosition)after.Latest!.ResumeToken!).Owner);
        Assert.Equal(last.Version.Epoch, after.Latest.Version.Epoch);
        Assert.Empty(after.Errors);
    }

    [Fact]
    public async Task Watch_UnreadableRecords_AreLeftOutAndCounted()
    {
        await using var node = await OwnServer.StartAsync();
        using var admin = new EtcdAdmin(node.Address);
        await using var backend = BackendTestKit.Create(node.Address);
        await admin.PutAsync("/services/orders/foreign", "10.0.0.5:8080");
        await admin.PutAsync("/services/orders/deeper/x", "{}");
        await using var probe = new WatchProbe(backend, new("orders"));
        await probe.UntilAsync(list => list.RejectedRecords == 2 && list.Instances.IsEmpty, Patience, "two rejected", Stop);

        await backend.RegisterAsync(TestKit.Wish(TestKit.Instance("orders", "good")), Stop);
        await admin.PutAsync("/services/orders/later", "{\"format\":2}");
        await probe.UntilAsync(list => list.RejectedRecords == 3 && list.Instances.Length == 1, Patience, "three rejected", Stop);

        await admin.DeleteAsync("/services/orders/foreign");
        await probe.UntilAsync(list => list.RejectedRecords == 2 && list.Instances.Length == 1, Patience, "two rejected again", Stop);
    }

    private static void CopyFolder(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
