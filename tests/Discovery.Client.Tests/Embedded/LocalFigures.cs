using Discovery.Client.Embedded;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Discovery.Client.Tests.Embedded;

/// <summary>Makes the table in docs/backends/embedded.md. Run alone: <c>-explicit only -class Discovery.Client.Tests.Embedded.LocalFigures</c>, best of a release build.</summary>
public sealed class LocalFigures
{
    private const int Instances = 1000;
    private static readonly ServiceQuery Orders = new("orders");

    [Fact(Explicit = true)]
    public async Task Measure()
    {
        var token = TestContext.Current.CancellationToken;
        var output = TestContext.Current.TestOutputHelper!;
        using var directory = new TemporaryDirectory();
        await using var writer = new LocalRegistryBackend(directory.Path, TimeSpan.FromSeconds(5), TimeProvider.System, NullLogger.Instance);
        await using var reader = new LocalRegistryBackend(directory.Path, TimeSpan.FromSeconds(5), TimeProvider.System, NullLogger.Instance);
        for (var round = 0; round < 3; round++)
        {
            await using var fresh = new LocalRegistryBackend(directory.Path, TimeSpan.FromSeconds(5), TimeProvider.System, NullLogger.Instance);
            var leases = new List<Lease>();
            await Time($"register {Instances}", async () =>
            {
                for (var i = 0; i < Instances; i++)
                {
                    leases.Add(await writer.RegisterAsync(Registration(i), token));
                }
            });
            await Time($"first read of {Instances}", async () => Assert.Equal(Instances, (await fresh.ReadAsync(Orders, token)).Instances.Length));
            await Time($"look at {Instances}, nothing changed", async () => await fresh.ReadAsync(Orders, token));
            var allocated = GC.GetAllocatedBytesForCurrentThread();
            await fresh.ReadAsync(Orders, token);
            output.WriteLine($"  … allocates {(GC.GetAllocatedBytesForCurrentThread() - allocated) / 1024} KiB");
            await Time($"renew {Instances}", async () =>
            {
                foreach (var lease in leases)
                {
                    await writer.RenewAsync(lease.Group, token);
                }
            });
            await Time($"look at {Instances}, all renewed", async () => await fresh.ReadAsync(Orders, token));
        }

        await using var watch = new Watching<ServiceSnapshot>(cancellation => reader.WatchAsync(Orders, null, cancellation));
        await watch.Until(snapshot => snapshot.Instances.Length == Instances);
        var latencies = new List<double>();
        for (var i = 1; i <= 50; i++)
        {
            var started = TimeProvider.System.GetTimestamp();
            await writer.RegisterAsync(Registration(Instances + i), token);
            await watch.Until(snapshot => snapshot.Instances.Length == Instances + i);
            latencies.Add(TimeProvider.System.GetElapsedTime(started).TotalMilliseconds);
        }

        latencies.Sort();
        output.WriteLine($"a new instance among {Instances} is seen after {latencies[25]:0.0} ms (median), {latencies[^1]:0.0} ms (worst of 50)");

        async Task Time(string what, Func<Task> action)
        {
            var started = TimeProvider.System.GetTimestamp();
            await action();
            output.WriteLine($"{what}: {TimeProvider.System.GetElapsedTime(started).TotalMilliseconds:0.0} ms");
        }
    }

    private static ServiceRegistration Registration(int i) => new()
    {
        Instance = new() { ServiceName = "orders", InstanceId = $"orders-{i}", Host = "10.0.0.1", Port = 8000 + i, Scheme = "http", Zone = "eu-1a", Version = "1.4" },
        TimeToLive = TimeSpan.FromMinutes(5),
    };
}
