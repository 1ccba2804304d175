using Discovery.Client.Embedded;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Discovery.Client.Tests.Embedded;

/// <summary>Alone in the process: it takes the whole thread pool.</summary>
[Collection(nameof(StarvedPoolCollection))]
public sealed class LocalStarvedPoolTests
{
    private static readonly TimeSpan Ttl = TimeSpan.FromSeconds(1.5);

    [Fact]
    public void Renewals_OnAThreadOfTheirOwn_KeepTheLeaseWithoutTheThreadPool()
    {
        using var directory = new TemporaryDirectory();

        // Not disposed: pool threads may reach it when the test is over.
        var release = new ManualResetEventSlim();
        Exception? failure = null;
        var poolRan = false;
        var thread = new Thread(() =>
        {
            try
            {
                // As many as the pool may inject meanwhile are blocked too.
                for (var i = 0; i < (4 * Environment.ProcessorCount) + 50; i++)
                {
                    ThreadPool.UnsafeQueueUserWorkItem(_ => release.Wait(), null);
                }

                ThreadPool.UnsafeQueueUserWorkItem(_ => poolRan = true, null);
                KeepLease(directory.Path);
                Assert.False(poolRan, "the pool was not starved, so the test shows nothing");
            }
            catch (Exception exception)
            {
                failure = exception;
            }
            finally
            {
                release.Set();
            }
        });
        thread.Start();
        thread.Join();
        Assert.Null(failure);
    }

    private static void KeepLease(string path)
    {
        // Time passes by hand: what is shown is that no call needs the pool, however long that has no thread.
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var backend = new LocalRegistryBackend(path, TimeSpan.FromSeconds(5), clock, NullLogger.Instance);
        var other = new LocalRegistryBackend(path, TimeSpan.FromSeconds(5), clock, NullLogger.Instance);
        var instance = new ServiceInstance { ServiceName = "orders", InstanceId = "a", Host = "h", Port = 80 };
        var registered = backend.RegisterAsync(new() { Instance = instance, TimeToLive = Ttl }, CancellationToken.None).AsTask();
        Assert.True(registered.IsCompletedSuccessfully);
        var group = registered.Result.Group;

        for (var passed = TimeSpan.Zero; passed < Ttl * 2; passed += group.RenewEvery!.Value)
        {
            clock.Advance(group.RenewEvery!.Value);
            Assert.True(backend.RenewAsync(group, CancellationToken.None).AsTask().IsCompletedSuccessfully);
            var read = other.ReadAsync(new("orders"), CancellationToken.None).AsTask();
            Assert.True(read.IsCompletedSuccessfully);
            Assert.Single(read.Result.Instances);
        }
    }
}
