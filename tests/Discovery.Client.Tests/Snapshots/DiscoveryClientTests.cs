using Discovery.Client.Tests.Simulation;
using Xunit;

namespace Discovery.Client.Tests.Snapshots;

public sealed class DiscoveryClientTests : IDisposable
{
    private static readonly TimeSpan RealTime = TimeSpan.FromSeconds(10);
    private readonly ScriptedBackend _backend = new();
    private readonly SimulatedWorld _world;

    public DiscoveryClientTests() => _world = new SimulatedWorld(_backend);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task FirstCalls_FiftyAtOnce_ShareOneWatchAndAllGetTheAnswer()
    {
        var picks = Enumerable.Range(0, 50).Select(_ => _world.Client.PickAsync("orders", cancellationToken: Token).AsTask()).ToArray();
        _world.Run(1);
        Assert.All(picks, pick => Assert.False(pick.IsCompleted));
        _backend.Push(Instances.List(1, "a", "b"));
        _world.Run(0.001);
        foreach (var pick in picks)
        {
            (await pick.WaitAsync(RealTime, Token)).Dispose();
        }

        Assert.Single(_backend.Watches);
    }

    [Fact]
    public async Task FirstCall_NoAnswerInTime_SaysWhatItWaitedFor()
    {
        _backend.Opening = () => new RegistryException("connection refused", connection: "10.0.0.1:8500");
        var view = _world.Client.GetViewAsync("orders", Token).AsTask();
        _world.Run(4.9);
        Assert.False(view.IsCompleted);
        _world.Run(0.2);
        var error = await Assert.ThrowsAsync<NoInstanceAvailableException>(() => view.WaitAsync(RealTime, Token));
        foreach (var part in (string[])["'orders'", "within 5 s", "'memory'", "pending", "connection refused"])
        {
            Assert.Contains(part, error.Message, StringComparison.Ordinal);
        }

        Assert.IsType<RegistryException>(error.InnerException);
    }

    [Fact]
    public async Task FirstCall_Cancelled_EndsAndTheWatchGoesOn()
    {
        using var cancel = new CancellationTokenSource();
        var view = _world.Client.GetViewAsync("orders", cancel.Token).AsTask();
        _world.Run(1);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => view.WaitAsync(RealTime, Token));
        _backend.Push(Instances.List(1, "a"));
        _world.Run(0.1);
        Assert.NotNull(_world.Client.TryPick("orders"));
    }

    [Fact]
    public async Task Pick_EmptyList_ThrowsAtOnce()
    {
        Given(Instances.List(1));
        var error = await Assert.ThrowsAsync<NoInstanceAvailableException>(() => _world.Client.PickAsync("orders", cancellationToken: Token).AsTask());
        Assert.Contains("lists none", error.Message, StringComparison.Ordinal);
        Assert.Null(_world.Client.TryPick("orders"));
    }

    [Fact]
    public void TryPick_CountsUntilCompleted()
    {
        Given(Instances.List(1, "a"));
        var pick = _world.Client.TryPick("orders")!;
        Assert.Equal(1, pick.Node.Outstanding);
        pick.Dispose();
        Assert.Equal(0, pick.Node.Outstanding);
    }

    [Fact]
    public void TryPick_Exclude_IsHonouredWhileThereIsAnother()
    {
        Given(Instances.List(1, "a", "b"));
        var first = _world.Client.TryPick("orders")!;
        for (var i = 0; i < 20; i++)
        {
            Assert.NotSame(first.Node, _world.Client.TryPick("orders", new() { Exclude = [first.Node] })!.Node);
        }

        Assert.NotNull(_world.Client.TryPick("orders", new() { Exclude = [.. _world.Client.GetView("orders").AllNodes] }));
    }

    [Fact]
    public async Task WaitForInstances_WaitsThroughEmptyAndFailure()
    {
        var wait = _world.Client.WaitForInstancesAsync("orders", Token).AsTask();
        _backend.Push(Instances.List(1));
        _backend.Push(new RegistryException("cut"));
        _world.Run(3600);
        Assert.False(wait.IsCompleted);
        _backend.Push(Instances.List(2, "a"));
        _world.Run(0.001);
        Assert.Equal("a", Instances.Ids((await wait.WaitAsync(RealTime, Token)).Instances));
    }

    [Fact]
    public void Watch_SlowFollower_SkipsToTheNewestAndMissesNoLastChange()
    {
        var seen = new List<string>();
        _world.Start(async () =>
        {
            await foreach (var view in _world.Client.WatchAsync("orders", Token))
            {
                seen.Add(Instances.Ids(view.Instances));
                await _world.Scheduler.Delay(TimeSpan.FromSeconds(10), Token);
            }
        });
        _world.Run(0.1);
        foreach (var number in Enumerable.Range(1, 40))
        {
            _backend.Push(Instances.List((ulong)number, $"i{number:00}"));
        }

        _world.Run(30);
        Assert.Equal(["", "i40"], seen);
    }

    [Fact]
    public void Watch_FollowerThatThrows_DisturbsNobody()
    {
        var seen = 0;
        var thrower = _world.Start(async () =>
        {
            await foreach (var view in _world.Client.WatchAsync("orders", Token))
            {
                throw new InvalidOperationException($"{view.State}");
            }
        });
        _world.Start(async () =>
        {
            await foreach (var view in _world.Client.WatchAsync("orders", Token))
            {
                seen = view.Instances.Length;
            }
        });
        _backend.Push(Instances.List(1, "a"));
        _backend.Push(Instances.List(2, "a", "b"));
        _world.Run(1);
        Assert.True(thrower.IsFaulted);
        Assert.Equal(2, seen);
        Assert.Equal(1, _backend.Running);
    }

    [Fact]
    public void Watch_Followers_KeepAServiceFromBecomingIdle()
    {
        using var cancel = new CancellationTokenSource();
        var follower = _world.Start(async () =>
        {
            await foreach (var view in _world.Client.WatchAsync("orders", cancel.Token))
            {
                Assert.NotNull(view);
            }
        });
        _world.Run(7200);
        Assert.Equal(1, _backend.Running);
        cancel.Cancel();
        _world.Run(7200);
        Assert.True(follower.IsCanceled);
        Assert.Equal(0, _backend.Running);
    }

    [Fact]
    public void Watch_StateChange_IsTold()
    {
        var seen = new List<string?>();
        _world.Start(async () =>
        {
            await foreach (var view in _world.Client.WatchAsync("orders", Token))
            {
                seen.Add($"{view.State} {view.StaleReason}".TrimEnd());
            }
        });
        _backend.Push(Instances.List(1, "a"));
        _world.Run(1);
        _backend.Push(new RegistryException("cut"));
        _world.Run(0.1);
        _backend.Push(Instances.List(1, "a"));
        _world.Run(1);
        Assert.Equal(["Pending", "Known", "Known cut", "Known"], seen);
    }

    private void Given(ServiceSnapshot list)
    {
        _backend.Push(list);
        _world.Client.GetView("orders");
        _world.Run(0.001);
    }
}
