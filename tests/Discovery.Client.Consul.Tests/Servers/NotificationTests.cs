using System.Globalization;
using Discovery.Client.Servers;

namespace Discovery.Client.Consul.Tests.Servers;

/// <summary>How soon a change is seen: the figures in docs/backends/consul.md.</summary>
public sealed class NotificationTests
{
    private const int Changes = 100;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Trait("Category", "Long")]
    [InlineData(ConsulServers.Newest, false)]
    [InlineData(ConsulServers.Newest, true)]
    [InlineData(ConsulServers.Oldest, false)]
    [InlineData(ConsulServers.Oldest, true)]
    public async Task Notification_EachBackendOfConsul_IsMeasured(string version, bool cluster)
    {
        var servers = cluster ? await OwnServer.StartClusterAsync(version) : null;
        var agent = servers is null ? await OwnServer.StartAsync(version) : await ConsulClientAgent.StartAsync(servers.Nodes, cancellationToken: Stop);
        try
        {
            foreach (var streaming in new[] { false, true })
            {
                await using var backend = BackendTestKit.Create(o => o.Streaming = streaming, agent.Address);
                var service = $"notified-{streaming}";
                await backend.RegisterAsync(TestKit.Wish(TestKit.Instance(service), 600), Stop);
                await using var lists = backend.WatchAsync(new(service), null, Stop).GetAsyncEnumerator(Stop);
                await lists.UntilAsync(list => list.Instances.Length == 1);
                var times = new List<double>();
                for (var i = 1; i <= Changes; i++)
                {
                    // Slower than the pace of one watch, so that the pace is not what is measured.
                    await Task.Delay(110, Stop);
                    var started = TimeProvider.System.GetTimestamp();
                    var seen = lists.UntilAsync(list => list.Instances is [{ Port: var port }] && port == i);
                    await backend.RegisterAsync(TestKit.Wish(TestKit.Instance(service, port: i), 600), Stop);
                    await seen;
                    times.Add(TimeProvider.System.GetElapsedTime(started).TotalMilliseconds);
                }

                times.Sort();
                TestContext.Current.TestOutputHelper?.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"Consul {version}, {(cluster ? "3 servers and a client agent" : "1 server")}, {(streaming ? "Streaming=true" : "near=_agent")}: p50 {times[Changes / 2]:F1} ms, p90 {times[Changes * 9 / 10]:F1} ms, max {times[^1]:F1} ms"));
                Assert.InRange(times[Changes / 2], 0, 1000);
            }
        }
        finally
        {
            await agent.DisposeAsync();
            if (servers is not null)
            {
                await servers.DisposeAsync();
            }
        }
    }
}
