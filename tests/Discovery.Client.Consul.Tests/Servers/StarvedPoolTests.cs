using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Discovery.Client.Consul.Tests.Servers;

/// <summary>Alone in the process: these tests take the whole thread pool.</summary>
[CollectionDefinition(nameof(StarvedPoolTests), DisableParallelization = true)]
[Collection(nameof(StarvedPoolTests))]
public sealed class StarvedPoolTests
{
    private static readonly TimeSpan Ttl = TimeSpan.FromSeconds(3);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(ConsulServers.Versions), MemberType = typeof(ConsulServers))]
    public async Task StarvedPool_FirstHeartbeatWithoutAConnection_KeepsTheLease(string version)
    {
        await using var node = await OwnServer.StartAsync(version);
        await using var backend = BackendTestKit.Create(node.Address);
        var lease = await backend.RegisterAsync(TestKit.Wish(TestKit.Instance("starved"), Ttl.TotalSeconds), Stop);
        var failures = new List<Exception>();
        StarvedPool.Run(() =>
        {
            for (var i = 0; i < 6; i++)
            {
                Thread.Sleep(lease.Group.RenewEvery!.Value);
                var renewal = backend.RenewAsync(lease.Group, Stop).AsTask();
                Assert.True(renewal.IsCompleted);
                failures.AddRange(renewal.Exception?.InnerExceptions ?? []);
            }
        });

        // On a busy machine an agent may take longer than a third of the TTL once; two renewals of each three remain.
        Assert.True(failures.Count <= 1, string.Join("; ", failures.Select(failure => failure.Message)));
        await NothingMissedAsync(node.LogFile);
    }

    [Fact]
    public async Task StarvedPool_AgentThatAnswersNothing_TheHeartbeatEndsInTime()
    {
        await using var node = await OwnServer.StartAsync();
        await using var backend = BackendTestKit.Create(node.Address);
        var lease = await backend.RegisterAsync(TestKit.Wish(TestKit.Instance("starved"), Ttl.TotalSeconds), Stop);
        await Eventually.SucceedsAsync(async () => await backend.RenewAsync(lease.Group, Stop));
        await node.PauseAsync();
        StarvedPool.Run(() =>
        {
            var started = TimeProvider.System.GetTimestamp();
            var renewal = backend.RenewAsync(lease.Group, Stop).AsTask();
            Assert.True(renewal.IsFaulted);
            var error = Assert.IsType<RegistryException>(renewal.Exception!.InnerException);
            Assert.True(error.IsTransient);
            Assert.NotNull(error.Connection);
            Assert.InRange(TimeProvider.System.GetElapsedTime(started), Ttl / 6, Ttl);
        });
        await node.ResumeAsync();
        await Eventually.SucceedsAsync(async () => await backend.RenewAsync(lease.Group, Stop));
    }

    /// <summary>As a user has it: the engine with the Consul backend in a host, and what others see meanwhile.</summary>
    [Theory, MemberData(nameof(ConsulServers.Versions), MemberType = typeof(ConsulServers))]
    public async Task StarvedPool_HostedRegistration_StaysOnThePassingListAndIsLoggedOnce(string version)
    {
        await using var node = await OwnServer.StartAsync(version);
        using var log = new RecordingLogger();
        using var host = StartingHost(node.Address, log);
        await host.StartAsync(Stop);
        await Eventually.TrueAsync(() => StarvedPool.CountPassing(node.Port, "starved") == 1, "the instance passes");

        // A machine that is busy enough may have had no thread for the pool before.
        await Eventually.TrueAsync(() => log.Count("PoolStarved") == log.Count("PoolRecovered"), "the pool is well");
        var before = log.Count("PoolStarved");
        var seen = new List<int>();
        StarvedPool.Run(() =>
        {
            var started = TimeProvider.System.GetTimestamp();
            while (TimeProvider.System.GetElapsedTime(started) < Ttl * 2)
            {
                seen.Add(StarvedPool.CountPassing(node.Port, "starved"));
                Thread.Sleep(20);
            }
        });

        Assert.True(seen.Count > 10, $"Only {seen.Count} looks.");
        Assert.All(seen, count => Assert.Equal(1, count));
        await Eventually.TrueAsync(() => log.Count("PoolRecovered") > before, "the watchdog says that it is over");
        Assert.Equal((before + 1, 0, 1), (log.Count("PoolStarved"), log.Count("RegistrationLost"), log.Count("Registered")));
        await NothingMissedAsync(node.LogFile);
        await host.StopAsync(Stop);
        Assert.Equal(0, StarvedPool.CountPassing(node.Port, "starved"));
    }

    private static IHost StartingHost(Uri consul, ILoggerProvider log)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(
        [
            new("Discovery:Backend", "consul"),
            new("Discovery:Consul:Endpoints:0", consul.ToString()),
            new("Discovery:Registration:ServiceName", "starved"),
            new("Discovery:Registration:Address", "http://10.0.0.1:8080"),
            new("Discovery:Registration:TimeToLive", Ttl.ToString("c", CultureInfo.InvariantCulture)),
            new("Discovery:DrainDelay", "00:00:00"),
        ]);
        builder.Logging.AddProvider(log);
        builder.Services.AddDiscoveryClient().AddConsul();
        return builder.Build();
    }

    /// <summary>The agent's own word: it logs each check whose time ran out, and each heartbeat of one it does not know.</summary>
    private static async Task NothingMissedAsync(string logFile)
    {
        var text = await File.ReadAllTextAsync(logFile, Stop);
        Assert.DoesNotContain("missed TTL", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Unknown check", text, StringComparison.Ordinal);
    }
}
