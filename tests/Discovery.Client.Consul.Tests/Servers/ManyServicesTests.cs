using System.Globalization;

namespace Discovery.Client.Consul.Tests.Servers;

/// <summary>More services than an agent allows connections.</summary>
public sealed class ManyServicesTests
{
    private const int Services = 1000;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(ConsulServers.Versions), MemberType = typeof(ConsulServers))]
    public async Task Watch_ThousandServicesOnOneAgent_AllAreFollowedWithinTheirShareOfConnections(string version)
    {
        await using var node = await OwnServer.StartAsync(version);
        await using var backend = BackendTestKit.Create(o => o.RequestTimeout = TimeSpan.FromSeconds(30), node.Address);
        await Parallel.ForEachAsync(Enumerable.Range(0, Services), new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Stop }, async (i, stop) =>
            await backend.RegisterAsync(TestKit.Wish(TestKit.Instance(Name(i), "one"), 600), stop));

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var seen = new ServiceSnapshot?[Services];
        var errors = 0;
        string? error = null;
        var started = TimeProvider.System.GetTimestamp();
        var watches = Enumerable.Range(0, Services).Select(async i =>
        {
            try
            {
                await foreach (var list in backend.WatchAsync(new(Name(i)), null, stop.Token))
                {
                    Volatile.Write(ref seen[i], list);
                }
            }
            catch (RegistryException failure)
            {
                Interlocked.Increment(ref errors);
                error = failure.Message;
            }
            catch (OperationCanceledException)
            {
            }
        }).ToArray();

        var most = 0;
        await Eventually.TrueAsync(
            () =>
            {
                most = Math.Max(most, Sockets.CountTo(node.Port));
                return seen.All(list => list is { Instances.Length: 1 });
            },
            "all services known",
            seconds: 90);
        var first = TimeProvider.System.GetElapsedTime(started);

        // Changes spread over all of them: how late is each noticed?
        var changed = Enumerable.Range(0, 40).Select(k => k * 25).ToArray();
        var delays = new List<double>();
        foreach (var i in changed)
        {
            await backend.RegisterAsync(TestKit.Wish(TestKit.Instance(Name(i), "one", port: 9), 600), Stop);
        }

        var at = TimeProvider.System.GetTimestamp();
        var open = changed.ToHashSet();
        await Eventually.TrueAsync(
            () =>
            {
                most = Math.Max(most, Sockets.CountTo(node.Port));
                foreach (var i in open.Where(i => seen[i]!.Instances[0].Port == 9).ToArray())
                {
                    open.Remove(i);
                    delays.Add(TimeProvider.System.GetElapsedTime(at).TotalSeconds);
                }

                return open.Count == 0;
            },
            "all changes seen",
            seconds: 90);
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"Consul {version}: all {Services} known after {first.TotalSeconds:F1} s; change seen after {delays.Order().ElementAt(20):F1} s (median), {delays.Max():F1} s (longest); at most {most} connections"));
        await stop.CancelAsync();
        await Task.WhenAll(watches);
        Assert.True(errors == 0, error);
        Assert.InRange(most, 1, 150);
        Assert.InRange(delays.Max(), 0, 25);
    }

    private static string Name(int i) => string.Create(CultureInfo.InvariantCulture, $"many-{i}");
}
