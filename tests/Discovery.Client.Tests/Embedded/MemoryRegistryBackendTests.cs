using Discovery.Client.Embedded;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Discovery.Client.Tests.Embedded;

public sealed class MemoryRegistryBackendTests
{
    private static readonly TimeSpan Ttl = TimeSpan.FromSeconds(15);
    private readonly FakeTimeProvider _time = new();
    private readonly MemoryRegistry _registry;
    private readonly MemoryRegistryBackend _backend;

    public MemoryRegistryBackendTests()
    {
        _registry = new MemoryRegistry(_time);
        _backend = new MemoryRegistryBackend(_registry);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Lease_NotRenewed_IsGoneExactlyAtItsTimeToLive()
    {
        var lease = await _backend.RegisterAsync(Registration("a"), Token);

        _time.Advance(Ttl - TimeSpan.FromTicks(1));
        Assert.Single((await _backend.ReadAsync(new("orders"), Token)).Instances);

        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Empty((await _backend.ReadAsync(new("orders"), Token)).Instances);
        await Assert.ThrowsAsync<LeaseLostException>(async () => await _backend.RenewAsync(lease.Group, Token));
    }

    [Fact]
    public async Task Lease_Renewed_LivesOn()
    {
        var lease = await _backend.RegisterAsync(Registration("a"), Token);
        for (var i = 0; i < 10; i++)
        {
            _time.Advance(lease.Group.RenewEvery!.Value);
            await _backend.RenewAsync(lease.Group, Token);
        }

        Assert.Single((await _backend.ReadAsync(new("orders"), Token)).Instances);
    }

    [Fact]
    public async Task Watch_ChangeAndExpiry_ArePushedWithoutAPoll()
    {
        await using var watch = _backend.WatchAsync(new("orders"), null, Token).GetAsyncEnumerator(Token);
        Assert.True(await watch.MoveNextAsync());
        Assert.Empty(watch.Current.Instances);

        var next = watch.MoveNextAsync().AsTask();
        Assert.False(next.IsCompleted);
        await _backend.RegisterAsync(Registration("a"), Token);
        Assert.True(await next);
        var first = watch.Current;
        Assert.Single(first.Instances);

        await _backend.RegisterAsync(Registration("b") with { TimeToLive = Ttl * 2 }, Token);
        Assert.True(await watch.MoveNextAsync());
        Assert.Equal(2, watch.Current.Instances.Length);
        Assert.Same(first.Instances[0], watch.Current.Instances[0]);
        Assert.True(first.Version.IsOlderThan(watch.Current.Version));

        next = watch.MoveNextAsync().AsTask();
        _time.Advance(Ttl);
        Assert.True(await next);
        Assert.Equal("b", Assert.Single(watch.Current.Instances).InstanceId);
    }

    [Fact]
    public async Task Register_SameWishAgain_ChangesNothingAndReplacesTheLease()
    {
        var first = await _backend.RegisterAsync(Registration("a"), Token);
        var before = await _backend.ReadAsync(new("orders"), Token);
        var second = await _backend.RegisterAsync(Registration("a"), Token);

        Assert.Same(before, await _backend.ReadAsync(new("orders"), Token));
        await Assert.ThrowsAsync<LeaseLostException>(async () => await _backend.RenewAsync(first.Group, Token));
        await _backend.RenewAsync(second.Group, Token);

        await _backend.DeregisterAsync(first, Token);
        Assert.Single((await _backend.ReadAsync(new("orders"), Token)).Instances);
        await _backend.DeregisterAsync(second, Token);
        Assert.Empty((await _backend.ReadAsync(new("orders"), Token)).Instances);
        await _backend.DeregisterAsync(second, Token);
    }

    [Fact]
    public async Task Unreachable_BreaksCallsAndRunningWatches_AndKeepsWhatItHolds()
    {
        await _backend.RegisterAsync(Registration("a"), Token);
        await using var watch = _backend.WatchAsync(new("orders"), null, Token).GetAsyncEnumerator(Token);
        await watch.MoveNextAsync();
        var next = watch.MoveNextAsync().AsTask();

        _registry.Unreachable = true;
        await Assert.ThrowsAsync<RegistryException>(async () => await next);
        var error = await Assert.ThrowsAsync<RegistryException>(async () => await _backend.ReadAsync(new("orders"), Token));
        Assert.True(error.IsTransient);

        _registry.Unreachable = false;
        Assert.Single((await _backend.ReadAsync(new("orders"), Token)).Instances);
    }

    [Fact]
    public async Task Wipe_LosesLeases_AndStartsAnotherEpoch()
    {
        var lease = await _backend.RegisterAsync(Registration("a"), Token);
        var before = await _backend.ReadAsync(new("orders"), Token);
        _registry.Wipe();

        var after = await _backend.ReadAsync(new("orders"), Token);
        Assert.Empty(after.Instances);
        Assert.NotEqual(before.Version.Epoch, after.Version.Epoch);
        await Assert.ThrowsAsync<LeaseLostException>(async () => await _backend.RenewAsync(lease.Group, Token));
    }

    [Fact]
    public async Task FailNext_FailsThatManyCalls()
    {
        _registry.FailNext(2);
        await Assert.ThrowsAsync<RegistryException>(async () => await _backend.ReadAsync(new("orders"), Token));
        await Assert.ThrowsAsync<RegistryException>(async () => await _backend.ReadAsync(new("orders"), Token));
        await _backend.ReadAsync(new("orders"), Token);
    }

    [Fact]
    public async Task WatchNames_ListsServicesThatHaveInstances()
    {
        await using var watch = _backend.WatchNamesAsync(Token).GetAsyncEnumerator(Token);
        await watch.MoveNextAsync();
        Assert.Empty(watch.Current);

        var lease = await _backend.RegisterAsync(Registration("a"), Token);
        await _backend.ReadAsync(new("only/asked"), Token);
        await watch.MoveNextAsync();
        Assert.Equal(["orders"], watch.Current);

        await _backend.DeregisterAsync(lease, Token);
        await watch.MoveNextAsync();
        Assert.Empty(watch.Current);
    }

    [Fact]
    public async Task Watch_Cancelled_ThrowsAndLeavesNothingBehind()
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);
        await using var watch = _backend.WatchAsync(new("orders"), null, cancel.Token).GetAsyncEnumerator(Token);
        await watch.MoveNextAsync();
        var next = watch.MoveNextAsync().AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await next);
    }

    /// <summary>The simulation stands on this: one thread, no hop.</summary>
    [Fact]
    public void Watch_OnASingleThreadedScheduler_NeverLeavesIt()
    {
        var pump = new PumpScheduler();
        var threads = new HashSet<int>();
        var seen = new List<int>();
        using var cancel = new CancellationTokenSource();
        _registry.Latency = TimeSpan.FromMilliseconds(5);

        var watching = pump.Start(async () =>
        {
            await foreach (var snapshot in _backend.WatchAsync(new("orders"), null, cancel.Token))
            {
                threads.Add(Environment.CurrentManagedThreadId);
                seen.Add(snapshot.Instances.Length);
            }
        });
        var registering = pump.Start(async () =>
        {
            await _backend.RegisterAsync(Registration("a"), cancel.Token);
            threads.Add(Environment.CurrentManagedThreadId);
            await _backend.RegisterAsync(Registration("b"), cancel.Token);
            threads.Add(Environment.CurrentManagedThreadId);
        });
        for (var i = 0; i < 40; i++)
        {
            pump.RunAll();
            _time.Advance(TimeSpan.FromSeconds(0.5));
        }

        cancel.Cancel();
        pump.RunAll();

        Assert.True(registering.IsCompletedSuccessfully);
        Assert.True(watching.IsCanceled, "the watch must end inside the pump");
        Assert.Equal([Environment.CurrentManagedThreadId], threads);
        Assert.Equal([0, 1, 2, 0], [.. seen.Where((count, i) => i == 0 || seen[i - 1] != count)]);
    }

    private static ServiceRegistration Registration(string id)
        => new() { Instance = new() { ServiceName = "orders", InstanceId = id, Host = "10.0.0.1", Port = 80 }, TimeToLive = Ttl };
}
