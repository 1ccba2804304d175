using Xunit;

namespace Discovery.Client.Conformance;

public abstract partial class RegistryBackendConformance
{
    /// <summary>While the registry is dead every call throws the right exception and no watch says "empty"; when it is back with its data, everything goes on.</summary>
    [Fact]
    [Trait(Category, Slow)]
    public virtual async Task Registry_KilledAndRestarted_IsAnErrorThenGoesOn()
    {
        Needs(ConformanceFaults.Kill);
        await using var scene = await SceneAsync("killed", NewBackend());
        var (query, one, two, provider, consumer, probe) = scene;
        await using var keeper = new RegistrationProbe(provider, Lasting(one));
        var seen = probe.Seen.Count;

        await Target.KillAsync(Cancelled);

        await probe.UntilErrorAsync(1, Target.SilenceLimit, Cancelled);
        await FailsAsync(async token => await consumer.ReadAsync(query, token));
        await FailsAsync(async token => await consumer.RegisterAsync(Lasting(two), token));
        Assert.All(probe.Seen.Skip(seen), snapshot => Assert.NotEmpty(snapshot.Instances));
        await Target.RestartAsync(Cancelled);
        await ShowsAsync(probe, Target.RecoveryLimit, one);
        await using var another = new RegistrationProbe(provider, Lasting(two));
        await ShowsAsync(probe, Target.RecoveryLimit, one, two);
    }

    /// <summary>A registry that forgot everything says so, registrations are made again and watches find them.</summary>
    [Fact]
    [Trait(Category, Slow)]
    public virtual async Task Registry_Wiped_IsFilledAgainAndWatchesFollow()
    {
        Needs(ConformanceFaults.Wipe);
        var service = Target.UniqueName("wiped");
        var (kept, lost, later) = (Instance(service, "kept"), Instance(service, "lost", 8081), Instance(service, "later", 8082));
        var (provider, consumer) = (NewBackend(), NewBackend());
        await using var keeper = new RegistrationProbe(provider, Lasting(kept));
        var lease = await provider.RegisterAsync(Lasting(lost), Cancelled);
        await using var probe = new WatchProbe(consumer, new ServiceQuery(service));
        await ShowsAsync(probe, kept, lost);

        await Target.WipeAsync(Cancelled);

        await ShowsAsync(probe, Target.RecoveryLimit, kept);
        if (lease.Group.RenewEvery is not null)
        {
            await LostSoonAsync(provider, lease);
        }

        await provider.DeregisterAsync(lease, Cancelled);
        await using var another = new RegistrationProbe(provider, Lasting(later));
        await ShowsAsync(probe, Target.RecoveryLimit, kept, later);
    }

    /// <summary>While the registry stands still, calls end by the caller's token or by an error; when it goes on, so does everything.</summary>
    [Fact]
    [Trait(Category, Slow)]
    public virtual async Task Registry_PausedAndResumed_HangsNobodyAndGoesOn()
    {
        Needs(ConformanceFaults.Pause);
        await using var scene = await SceneAsync("paused", NewBackend());
        var (query, one, two, provider, consumer, probe) = scene;
        await using var keeper = new RegistrationProbe(provider, Lasting(one));
        var seen = probe.Seen.Count;

        await Target.PauseAsync(Cancelled);
        try
        {
            using var impatient = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
            impatient.CancelAfter(TimeSpan.FromSeconds(1));
            var read = consumer.ReadAsync(query, impatient.Token).AsTask().WaitAsync(TimeSpan.FromSeconds(4), Cancelled);
            var error = await Assert.ThrowsAnyAsync<Exception>(() => read);
            Assert.True(error is OperationCanceledException or RegistryException, error.ToString());
            await FailsAsync(async token => await consumer.ReadAsync(query, token));
            Assert.All(probe.Seen.Skip(seen), snapshot => Assert.NotEmpty(snapshot.Instances));
        }
        finally
        {
            await Target.ResumeAsync(Cancelled);
        }

        await ShowsAsync(probe, Target.RecoveryLimit, one);
        await using var another = new RegistrationProbe(provider, Lasting(two));
        await ShowsAsync(probe, Target.RecoveryLimit, one, two);
    }

    /// <summary>A connection that is cut ends the watch with an error; the next one catches up on what happened meanwhile.</summary>
    [Fact]
    [Trait(Category, Slow)]
    public virtual async Task Connection_Cut_EndsTheWatchAndTheNextCatchesUp()
    {
        Needs(ConformanceFaults.Cut);
        await using var scene = await SceneAsync("cut", NewProxiedBackend());
        var (query, one, two, provider, consumer, probe) = scene;

        await Target.CutAsync(Cancelled);
        await probe.UntilErrorAsync(1, Target.SilenceLimit, Cancelled);
        await FailsAsync(async token => await consumer.ReadAsync(query, token));
        await provider.RegisterAsync(Lasting(two), Cancelled);
        await provider.DeregisterAsync(scene.Lease, Cancelled);
        Assert.Equal([Target.Expected(one)], probe.Latest!.Instances);
        await Target.HealAsync(Cancelled);

        await ShowsAsync(probe, Target.RecoveryLimit, two);
    }

    /// <summary>A connection that stays open and swallows everything is noticed, by calls and by the watch, without anybody closing it.</summary>
    [Fact]
    [Trait(Category, Slow)]
    public virtual async Task Connection_ThatSwallowsEverything_IsNoticed()
    {
        Needs(ConformanceFaults.Swallow);
        await using var scene = await SceneAsync("swallowed", NewProxiedBackend());
        var (query, one, two, provider, consumer, probe) = scene;

        await Target.SwallowAsync(Cancelled);
        await provider.RegisterAsync(Lasting(two), Cancelled);
        await FailsAsync(async token => await consumer.ReadAsync(query, token));
        await probe.UntilErrorAsync(1, Target.SilenceLimit, Cancelled);
        Assert.Equal([Target.Expected(one)], probe.Latest!.Instances);
        await Target.HealAsync(Cancelled);

        await ShowsAsync(probe, Target.RecoveryLimit, one, two);
    }

    /// <summary>One instance that is registered and that a consumer watches, and another one for later.</summary>
    private async Task<Scene> SceneAsync(string name, IRegistryBackend consumer)
    {
        var query = new ServiceQuery(Target.UniqueName(name));
        var one = Instance(query.Name);
        var provider = NewBackend();
        var lease = await provider.RegisterAsync(Lasting(one), Cancelled);
        var scene = new Scene(query, one, Instance(query.Name, "two", 8081), provider, consumer, new WatchProbe(consumer, query)) { Lease = lease };
        try
        {
            await ShowsAsync(scene.Probe, one);
            return scene;
        }
        catch
        {
            await scene.DisposeAsync();
            throw;
        }
    }

    /// <summary>One attempt fails by itself, with a <see cref="RegistryException"/>, before the limit.</summary>
    private async Task FailsAsync(Func<CancellationToken, Task> attempt)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        limit.CancelAfter(Target.SilenceLimit);
        var error = await Assert.ThrowsAnyAsync<RegistryException>(() => attempt(limit.Token));
        Assert.True(error.IsTransient, $"said to be permanent: {error}");
    }

    private async Task LostSoonAsync(IRegistryBackend backend, Lease lease)
        => await EventuallyAsync(
            async () =>
            {
                try
                {
                    await backend.RenewAsync(lease.Group, Cancelled);
                    return false;
                }
                catch (LeaseLostException)
                {
                    return true;
                }
                catch (RegistryException)
                {
                    return false;
                }
            },
            Target.RecoveryLimit,
            () => $"the lease {lease.Group.Id} to be lost");

    private sealed record Scene(ServiceQuery Query, ServiceInstance One, ServiceInstance Two, IRegistryBackend Provider, IRegistryBackend Consumer, WatchProbe Probe) : IAsyncDisposable
    {
        public required Lease Lease { get; init; }

        public ValueTask DisposeAsync() => Probe.DisposeAsync();
    }
}
