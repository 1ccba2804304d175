using Discovery.Client.Registration;
using Discovery.Client.Selection;
using Xunit;

namespace Discovery.Client.Tests.Registration;

/// <summary>What the registrar and its handles promise, stopping above all (fault catalogue rows 34, 36 to 38).</summary>
public sealed class ServiceRegistrarTests
{
    private static readonly TimeSpan Ttl = RegistrationWorld.Ttl;

    private readonly RegistrationWorld _world = new();

    [Fact]
    public void Register_SameIdentityTwice_IsRefusedUntilTheFirstIsDisposed()
    {
        var handle = _world.Register();
        Assert.Contains("already", Assert.Throws<InvalidOperationException>(() => _world.Registrar.Register(RegistrationWorld.Wish())).Message, StringComparison.Ordinal);
        Assert.Equal([handle], _world.Registrar.Registrations);

        Dispose(handle);

        Assert.Empty(_world.Registrar.Registrations);
        Assert.Equal(RegistrationState.Registered, _world.Register().State);
    }

    [Fact]
    public void Register_BackendThatOnlyReads_IsRefused()
    {
        _world.Backend.Capabilities = RegistryCapabilities.Push;

        Assert.Throws<NotSupportedException>(() => _world.Registrar.Register(RegistrationWorld.Wish()));
    }

    [Fact]
    public void Register_AddressNobodyReaches_IsRefused()
    {
        var wish = RegistrationWorld.Wish();

        Assert.Throws<ArgumentException>(() => _world.Registrar.Register(wish with { Instance = wish.Instance with { Host = "0.0.0.0" } }));
        Assert.Throws<ArgumentException>(() => _world.Registrar.Register(wish with { Instance = wish.Instance with { Port = 0 } }));
    }

    [Fact]
    public void Register_LoopbackElsewhere_IsSaid()
    {
        var wish = RegistrationWorld.Wish();
        _world.Registrar.Register(wish with { Instance = wish.Instance with { Host = "127.0.0.1" } });

        Assert.Equal(1, _world.LinesOf("LoopbackRegistered"));
    }

    [Fact]
    public void Update_ChangesIdentity_IsRefused()
    {
        var handle = _world.Register();

        Assert.Throws<ArgumentException>(() => handle.Update(instance => instance with { InstanceId = "b" }));
        Assert.Equal("a", handle.Registration.Instance.InstanceId);
    }

    [Fact]
    public void Update_ChangesNothing_AsksNobody()
    {
        var handle = _world.Register();

        handle.SetStatus(ServiceStatus.Up);
        _world.Pump();

        Assert.Equal(1, _world.Backend.Count("register"));
    }

    [Fact]
    public async Task WaitUntilRegistered_FollowsTheNewestWish()
    {
        var handle = _world.Register();
        await handle.WaitUntilRegisteredAsync(TestContext.Current.CancellationToken);
        handle.SetStatus(ServiceStatus.Down);
        var waiting = handle.WaitUntilRegisteredAsync(CancellationToken.None);
        Assert.False(waiting.IsCompleted);

        _world.Pump();

        await waiting.WaitAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task WaitUntilRegistered_Disposed_Throws()
    {
        _world.Backend.Before = (_, _) => throw RegistrationWorld.Unreachable();
        var handle = _world.Register();
        var waiting = handle.WaitUntilRegisteredAsync(CancellationToken.None);

        Dispose(handle);

        await Assert.ThrowsAsync<ObjectDisposedException>(() => waiting);
        Assert.Throws<ObjectDisposedException>(() => handle.SetStatus(ServiceStatus.Down));
    }

    [Fact]
    public void Dispose_Registered_DeregistersAndStopsRenewing()
    {
        var handle = _world.Register();

        Dispose(handle);
        var calls = _world.Backend.Calls.Count;
        _world.Run(Ttl * 3);

        Assert.Empty(_world.Backend.Live);
        Assert.Equal(calls, _world.Backend.Calls.Count);
        Assert.Equal((RegistrationState.Deregistered, 0, 1), (handle.State, _world.Renewer.Count, _world.LinesOf("Deregistered")));
    }

    [Fact]
    public void Dispose_OneOfAGroup_OthersAreRenewed()
    {
        _world.Backend.OneGroup = true;
        var first = _world.Register("a");
        _world.Register("b");

        Dispose(first);
        _world.Run(Ttl * 3);

        Assert.Equal(["b"], _world.Backend.Live.Keys);
        Assert.Equal(0, _world.LinesOf("RegistrationLost"));
    }

    [Fact]
    public void Dispose_WhileRegistering_DeregistersWhatWasTaken()
    {
        var gate = new TaskCompletionSource();
        _world.Backend.BeforeRegisterAnswer = _ => new ValueTask(gate.Task);
        var handle = _world.Register();
        var disposed = handle.DisposeAsync();
        _world.Run(TimeSpan.FromSeconds(1));
        Assert.Single(_world.Backend.Live);

        gate.SetResult();
        _world.Pump();

        Assert.True(disposed.IsCompletedSuccessfully);
        Assert.Empty(_world.Backend.Live);
    }

    [Fact]
    public void Dispose_RenewalUnderWay_EndsItFirst()
    {
        var handle = _world.Register();
        var ended = false;
        _world.Backend.Before = async (call, token) =>
        {
            if (call == "renew")
            {
                try
                {
                    await Task.Delay(Timeout.InfiniteTimeSpan, _world.Time, token);
                }
                finally
                {
                    ended = true;
                }
            }
            else
            {
                Assert.True(ended, "deregistered while a renewal was under way");
            }
        };
        _world.RunUntil(() => _world.Backend.Count("renew") == 1, Ttl);

        Dispose(handle);

        Assert.Empty(_world.Backend.Live);
    }

    [Fact]
    public void Dispose_Blip_IsTriedAgain()
    {
        var handle = _world.Register();
        var failures = 0;
        _world.Backend.Before = (call, _) => call == "deregister" && failures++ < 2 ? throw RegistrationWorld.Unreachable() : ValueTask.CompletedTask;

        var disposed = handle.DisposeAsync();
        _world.Run(TimeSpan.FromSeconds(1));

        Assert.True(disposed.IsCompletedSuccessfully);
        Assert.Empty(_world.Backend.Live);
    }

    // Row 38: dead, hung, or deaf even to cancellation.
    [Theory]
    [InlineData("refuses")]
    [InlineData("hangs")]
    [InlineData("deaf")]
    [InlineData("defect")]
    public void Stop_RegistryAway_EndsWithinTheBudgetAndThrowsNothing(string how)
    {
        for (var i = 0; i < 100; i++)
        {
            _world.Registrar.Register(RegistrationWorld.Wish($"i{i}"));
        }

        _world.Pump();
        _world.Backend.Before = (_, token) => how switch
        {
            "refuses" => throw RegistrationWorld.Unreachable(),
            "defect" => throw new InvalidOperationException("defect"),
            "hangs" => new ValueTask(Task.Delay(Timeout.InfiniteTimeSpan, _world.Time, token)),
            _ => new ValueTask(Task.Delay(Timeout.InfiniteTimeSpan, _world.Time, CancellationToken.None)),
        };
        _world.Run(Ttl / 2);
        var before = _world.Time.GetTimestamp();

        var stopped = _world.Registrar.StopAsync(out var count);
        _world.RunUntil(() => stopped.IsCompleted, TimeSpan.FromSeconds(5.2));

        Assert.True(stopped.IsCompletedSuccessfully);
        Assert.Equal(100, count);
        Assert.True(_world.Time.GetElapsedTime(before) <= TimeSpan.FromSeconds(5.2));
        Assert.Empty(_world.Registrar.Registrations);
        Assert.Throws<InvalidOperationException>(() => _world.Registrar.Register(RegistrationWorld.Wish()));
    }

    [Fact]
    public void Stop_NeverRegistered_AsksNothing()
    {
        _world.Backend.Before = (_, _) => throw RegistrationWorld.Unreachable();
        _world.Register();

        var stopped = _world.Registrar.StopAsync(out _);
        _world.Pump();

        Assert.True(stopped.IsCompletedSuccessfully);
        Assert.Equal(0, _world.Backend.Count("deregister"));
    }

    [Fact]
    public void Stop_AllAtOnce_TakesAsLongAsOne()
    {
        for (var i = 0; i < 10; i++)
        {
            _world.Registrar.Register(RegistrationWorld.Wish($"i{i}"));
        }

        _world.Pump();
        _world.Backend.Before = (_, token) => new ValueTask(Task.Delay(TimeSpan.FromSeconds(1), _world.Time, token));

        var stopped = _world.Registrar.StopAsync(out _);
        _world.Run(TimeSpan.FromSeconds(1.1));

        Assert.True(stopped.IsCompletedSuccessfully);
        Assert.Empty(_world.Backend.Live);
    }

    // Row 34: whatever the moment, nothing registers or renews after the deregistration.
    [Fact]
    public void Dispose_AtAnyMoment_NothingComesAfterwards()
    {
        for (var i = 0; i < 10_000; i++)
        {
            var world = new RegistrationWorld(seed: (ulong)i);
            var dice = RandomSource.Create((ulong)i);
            world.Backend.Before = (_, token) => dice.Next(4) switch
            {
                0 => throw RegistrationWorld.Unreachable(),
                1 => new ValueTask(Task.Delay(TimeSpan.FromMilliseconds(dice.Next(400)), world.Time, token)),
                _ => ValueTask.CompletedTask,
            };
            world.Backend.BeforeRegisterAnswer = token => dice.Next(2) == 0 ? ValueTask.CompletedTask : new ValueTask(Task.Delay(TimeSpan.FromMilliseconds(dice.Next(400)), world.Time, token));
            var handle = world.Register(ttl: TimeSpan.FromSeconds(1));
            world.Run(TimeSpan.FromMilliseconds(dice.Next(1500)));
            if (dice.Next(2) == 0)
            {
                handle.SetStatus(ServiceStatus.Down);
            }

            if (dice.Next(4) == 0)
            {
                world.Backend.Wipe();
            }

            var disposed = handle.DisposeAsync();
            world.RunUntil(() => disposed.IsCompleted, TimeSpan.FromSeconds(6));
            var calls = world.Backend.Calls.Count;
            world.Run(TimeSpan.FromSeconds(2), TimeSpan.FromMilliseconds(250));

            Assert.Equal(calls, world.Backend.Calls.Count);
            Assert.Empty(world.Backend.Live);
            Assert.Equal(0, world.Renewer.Count);
        }
    }

    [Fact]
    public async Task Update_FromManyThreads_LosesNoChange()
    {
        var handle = _world.Registrar.Register(RegistrationWorld.Wish());

        await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(() =>
        {
            for (var i = 0; i < 100; i++)
            {
                handle.Update(instance => instance with { Metadata = instance.Metadata.Add($"{worker}-{i}", "") });
            }
        })));
        _world.Pump();

        Assert.Equal(800, _world.Backend.Live["a"].Instance.Metadata.Count);
    }

    private void Dispose(IRegistrationHandle handle)
    {
        var disposed = handle.DisposeAsync();
        _world.RunUntil(() => disposed.IsCompleted, TimeSpan.FromSeconds(6));
        Assert.True(disposed.IsCompletedSuccessfully);
    }
}
