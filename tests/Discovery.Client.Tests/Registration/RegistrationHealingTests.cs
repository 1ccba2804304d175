using System.Diagnostics.Metrics;
using Discovery.Client.Registration;
using Discovery.Client.Selection;
using Discovery.Client.Tests.Simulation;
using Xunit;

namespace Discovery.Client.Tests.Registration;

/// <summary>Registrations outlive whatever the registry does to them (fault catalogue rows 14 to 31, 41, 42).</summary>
public sealed class RegistrationHealingTests
{
    private static readonly TimeSpan Ttl = RegistrationWorld.Ttl;

    private readonly RegistrationWorld _world = new();

    [Fact]
    public void Register_HealthyRegistry_IsRenewedEachThirdOfTtl()
    {
        var handle = _world.Register();
        Assert.Equal(RegistrationState.Registered, handle.State);

        _world.Run(Ttl * 20);

        var renewals = _world.Backend.Calls.Where(call => call.Call == "renew").Select(call => call.At).ToArray();
        Assert.InRange(renewals.Length, 58, 68);
        Assert.All(renewals.Zip(renewals.Skip(1)), pair => Assert.InRange(pair.Second - pair.First, Ttl / 3 * 0.88, (Ttl / 3) + TimeSpan.FromMilliseconds(100)));
        Assert.Equal(1, _world.Backend.Count("register"));
        Assert.Single(_world.Lines, line => line.Event == "Registered");
    }

    // Rows 14, 15.
    [Fact]
    public void Renewal_LeaseUnknown_RegistersAgainAtOnce()
    {
        var handle = _world.Register();
        _world.Run(Ttl);

        _world.Backend.Wipe();
        _world.RunUntil(() => _world.Backend.Live.ContainsKey("a"), Ttl / 3);

        Assert.Equal(RegistrationState.Registered, handle.State);
        Assert.Equal((1, 1), (_world.LinesOf("RegistrationLost"), _world.LinesOf("RegisteredAgain")));
        Assert.Null(handle.LastError);
    }

    // Rows 16, 20: the adapter learns by itself that the connection, session or lease is gone.
    [Fact]
    public void GroupLost_ByToken_RegistersAgainWithoutRenewals()
    {
        var lost = new CancellationTokenSource();
        _world.Backend.MakeGroup = (id, ttl) => new LeaseGroup(id, ttl, renewEvery: null, lost.Token);
        var handle = _world.Register();
        _world.Run(TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(1));
        Assert.Equal((0, RegistrationState.Registered), (_world.Backend.Count("renew"), handle.State));

        _world.Backend.Wipe();
        var old = lost;
        lost = new CancellationTokenSource();
        old.Cancel();
        Assert.Equal(RegistrationState.Lost, handle.State);
        _world.Pump();

        Assert.Equal(2, _world.Backend.Count("register"));
        Assert.Equal((RegistrationState.Registered, 1), (handle.State, _world.Renewer.Count));
    }

    [Fact]
    public void GroupLost_OneLeaseForAll_RegistersAllAgain()
    {
        _world.Backend.OneGroup = true;
        var handles = Enumerable.Range(0, 20).Select(i => _world.Register($"i{i}")).ToArray();
        _world.Run(Ttl);
        Assert.InRange(_world.Backend.Count("renew"), 2, 4);

        _world.Backend.Wipe();
        _world.Run(Ttl / 2);

        Assert.Equal(20, _world.Backend.Live.Count);
        Assert.Equal(1, _world.Renewer.Count);
        Assert.All(handles, handle => Assert.Equal(RegistrationState.Registered, handle.State));
    }

    // Row 17: each registration is retried by itself until it stands.
    [Fact]
    public void RegisterAgain_FailsForSome_RetriesThem()
    {
        var dice = RandomSource.Create(5);
        for (var i = 0; i < 2000; i++)
        {
            _world.Registrar.Register(RegistrationWorld.Wish($"i{i}"));
        }

        _world.Pump();
        Assert.Equal(2000, _world.Backend.Live.Count);

        var step = TimeSpan.FromMilliseconds(500);
        for (var round = 0; round < 2; round++)
        {
            _world.Backend.Wipe();
            _world.Backend.Before = (call, _) => call == "register" && dice.Next(2) == 0 ? throw new RegistryException("busy") : ValueTask.CompletedTask;
            _world.Run(Ttl, step);
            _world.Backend.Before = (_, _) => ValueTask.CompletedTask;
            _world.RunUntil(() => _world.Backend.Live.Count == 2000, TimeSpan.FromSeconds(36), step);
        }

        // Row 28: never more at once than the lane is wide.
        Assert.InRange(_world.Backend.MostConcurrent, 1, RegistrationLane.Width + 1);
    }

    // Rows 18, 19, 79: there is no limit to retries, and the pauses stay bounded.
    [Fact]
    public void Register_RegistryAwayForDays_ComesBackWithinTheCap()
    {
        _world.Backend.Before = (_, _) => throw RegistrationWorld.Unreachable();
        var handle = _world.Register();
        Assert.Equal(RegistrationState.Pending, handle.State);

        _world.Run(TimeSpan.FromDays(2), TimeSpan.FromSeconds(5));

        Assert.IsType<RegistryException>(handle.LastError);
        Assert.InRange(_world.Backend.Count("register"), 48 * 3600 / 41, (48 * 3600 / 24) + 20);
        Assert.Equal(1, _world.LinesOf("RegistrationFailed"));

        _world.Backend.Before = (_, _) => ValueTask.CompletedTask;
        _world.RunUntil(() => handle.State == RegistrationState.Registered, TimeSpan.FromSeconds(36));
        Assert.Null(handle.LastError);
    }

    [Fact]
    public void Register_DeadServerAndManyWishes_IsAskedOncePerPause()
    {
        _world.Backend.Before = (_, _) => throw RegistrationWorld.Unreachable();
        for (var i = 0; i < 500; i++)
        {
            _world.Registrar.Register(RegistrationWorld.Wish($"i{i}"));
        }

        _world.Run(TimeSpan.FromMinutes(5));
        var asked = _world.Backend.Count("register");
        Assert.InRange(asked, 10, 60);

        _world.Backend.Before = (_, _) => ValueTask.CompletedTask;
        _world.RunUntil(() => _world.Backend.Live.Count == 500, TimeSpan.FromSeconds(40));
    }

    // Row 22, 32: who crashes leaves nothing behind, since everything has a lease.
    [Fact]
    public void Crash_NoRenewals_LeaseEnds()
    {
        _world.Register();

        _world.Time.Advance(Ttl);

        Assert.Empty(_world.Backend.Live);
    }

    // Row 23: a long pause of the process.
    [Fact]
    public void Pause_LongerThanTtl_RegistersAgain()
    {
        var handle = _world.Register();
        _world.Run(Ttl);

        _world.Time.Advance(Ttl * 3);
        _world.RunUntil(() => _world.Backend.Live.ContainsKey("a"), TimeSpan.FromSeconds(1));

        Assert.Equal(RegistrationState.Registered, handle.State);
        Assert.Equal(1, _world.LinesOf("RegistrationLost"));
    }

    // Row 24.
    [Fact]
    public void MachineSlept_LongerThanTtl_RegistersAgainSoonAfterWaking()
    {
        var handle = _world.Register();
        _world.Run(Ttl);

        _world.Sleep(TimeSpan.FromHours(8));
        Assert.Empty(_world.Backend.Live);
        _world.RunUntil(() => _world.Backend.Live.ContainsKey("a"), Ttl / 3);

        Assert.Equal((RegistrationState.Registered, 2), (handle.State, _world.Backend.Count("register")));
    }

    // Row 25.
    [Fact]
    public void WallClock_SetBackADay_RenewalsGoOn()
    {
        var handle = _world.Register();
        _world.Run(Ttl);
        var before = _world.Backend.Count("renew");

        _world.Time.MoveWallClock(TimeSpan.FromDays(-1));
        _world.Run(Ttl * 4);

        Assert.InRange(_world.Backend.Count("renew") - before, 11, 15);
        Assert.Equal((RegistrationState.Registered, 1), (handle.State, _world.Backend.Count("register")));
    }

    // Rows 26, 81: an adapter's defect ends nothing.
    [Fact]
    public void Renewal_ThrowsAnything_GoesOn()
    {
        var handle = _world.Register();
        Exception[] defects = [new InvalidOperationException("defect"), new FormatException(), new TaskCanceledException(), new TimeoutException()];
        var i = 0;
        _world.Backend.Before = (_, _) => i < defects.Length ? throw defects[i++] : ValueTask.CompletedTask;

        _world.Run(Ttl * 3);

        Assert.Equal(defects.Length, i);
        Assert.Equal(RegistrationState.Registered, handle.State);
        Assert.True(_world.Backend.Live.ContainsKey("a"));
    }

    [Fact]
    public void Register_ThrowsAnything_GoesOn()
    {
        Exception[] defects = [new InvalidOperationException("defect"), new FormatException(), new TaskCanceledException(), new LeaseLostException("odd")];
        var i = 0;
        _world.Backend.Before = (_, _) => i < defects.Length ? throw defects[i++] : ValueTask.CompletedTask;

        var handle = _world.Register();
        _world.RunUntil(() => handle.State == RegistrationState.Registered, TimeSpan.FromSeconds(30));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Registered")]
    [InlineData("RegistrationFailed")]
    [InlineData("RegistrationLost")]
    [InlineData("RegisteredAgain")]
    [InlineData("RenewalFailed")]
    [InlineData("RenewedAgain")]
    [InlineData("RegistryUnreachable")]
    [InlineData("RegistryBack")]
    public void Logger_Throws_EndsNoRegistration(string line)
    {
        _world.LogThrows = name => line.Length == 0 || name == line;
        LiveThroughTrouble(new RegistryException("500"), new RegistryException("away", connection: "registry"));
        Assert.True(line.Length == 0 || _world.LinesOf(line) > 0);
    }

    [Fact]
    public void Exception_WhoseMessageThrows_EndsNoRegistration() => LiveThroughTrouble(new UnspeakableException(), new UnspeakableException("registry"));

    [Fact]
    public void Meter_ListenerThrows_EndsNoRegistration()
    {
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Scope == _world.Meters)
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, _, _, _) => throw new InvalidOperationException("a listener's defect"));
        listener.Start();
        LiveThroughTrouble(new RegistryException("500"), new RegistryException("away", connection: "registry"));
    }

    private void LiveThroughTrouble(RegistryException refused, RegistryException away)
    {
        _world.Backend.Before = (_, _) => throw refused;
        var handle = _world.Register();
        _world.Run(TimeSpan.FromSeconds(1));
        _world.Backend.Before = (_, _) => ValueTask.CompletedTask;
        Heal("it is registered when it is not refused any more");

        foreach (var trouble in new[] { refused, away })
        {
            // Shorter than the lease, then longer.
            _world.Backend.Before = (_, _) => throw trouble;
            _world.Run(Ttl * 0.6);
            _world.Backend.Before = (_, _) => ValueTask.CompletedTask;
            Heal("it is renewed again");
            _world.Backend.Before = (_, _) => throw trouble;
            _world.Run(Ttl * 4);
            Assert.Empty(_world.Backend.Live);
            _world.Backend.Before = (_, _) => ValueTask.CompletedTask;
            Heal("it is registered again after an outage");
        }

        _world.Backend.Wipe();
        Heal("it is registered again after the registry forgot it");
        var disposed = handle.DisposeAsync();
        _world.RunUntil(() => disposed.IsCompleted, TimeSpan.FromSeconds(6));
        Assert.True(disposed.IsCompletedSuccessfully);
        Assert.Empty(_world.Backend.Live);

        void Heal(string how)
        {
            _world.Run(TimeSpan.FromSeconds(40));
            Assert.True(_world.Backend.Live.ContainsKey("a"), how);
            _world.Run(Ttl * 3);
            Assert.True(_world.Backend.Live.ContainsKey("a") && handle.State == RegistrationState.Registered, $"{how}, and stays so");
        }
    }

    // Row 27, without a pool: one renewal that gets no answer does not cost the lease.
    [Fact]
    public void Renewal_OneHangs_SecondTryKeepsTheLease()
    {
        _world.Register();
        _world.Run(Ttl);
        var hung = 0;
        _world.Backend.Before = async (call, token) =>
        {
            if (call == "renew" && hung++ == 0)
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, _world.Time, token);
            }
        };

        _world.Run(Ttl * 3);

        Assert.Equal((1, 0), (_world.Backend.Count("register"), _world.LinesOf("RegistrationLost")));
        Assert.Equal((1, 1), (_world.LinesOf("RenewalFailed"), _world.LinesOf("RenewedAgain")));
    }

    [Fact]
    public void Renewal_AllFail_IsLostWhenTheTtlIsOver_AndRegisteredWhenTheRegistryIsBack()
    {
        var handle = _world.Register();
        _world.Run(Ttl);
        _world.Backend.Before = (_, _) => throw RegistrationWorld.Unreachable();

        _world.Run(Ttl * 0.6);
        Assert.Equal(RegistrationState.Registered, handle.State);
        _world.Run(Ttl * 0.6);
        Assert.Equal(RegistrationState.Lost, handle.State);
        _world.Run(TimeSpan.FromMinutes(10));

        _world.Backend.Before = (_, _) => ValueTask.CompletedTask;
        _world.RunUntil(() => handle.State == RegistrationState.Registered, TimeSpan.FromSeconds(36));
        Assert.Equal((1, 1, 1), (_world.LinesOf("RegistrationLost"), _world.LinesOf("RegisteredAgain"), _world.LinesOf("RenewalFailed")));
    }

    // Row 28: one that hangs does not hold the others back.
    [Fact]
    public void Renewal_OneGroupHangs_OthersKeepTheirPace()
    {
        for (var i = 0; i < 200; i++)
        {
            _world.Registrar.Register(RegistrationWorld.Wish($"i{i}"));
        }

        _world.Pump();
        var stuck = _world.Backend.GroupOf("i0")!.Id;
        _world.Backend.Before = async (call, token) =>
        {
            if (call == "renew" && _world.Backend.Calls[^1].Id == stuck)
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, _world.Time, token);
            }
        };

        _world.Run(Ttl * 4);

        Assert.All(_world.Lines.Where(line => line.Event == "RegistrationLost"), line => Assert.Contains(" i0 ", line.Text, StringComparison.Ordinal));
        Assert.True(_world.LinesOf("RegistrationLost") > 0);
        Assert.Subset(_world.Backend.Live.Keys.ToHashSet(), Enumerable.Range(1, 199).Select(i => $"i{i}").ToHashSet());
    }

    // Row 41: what was last intended comes back, not what was first registered.
    [Fact]
    public void RegisterAgain_AfterSetStatus_KeepsTheStatus()
    {
        var handle = _world.Register();
        handle.SetStatus(ServiceStatus.OutOfService);
        handle.Update(instance => instance with { Metadata = instance.Metadata.Add("k", "v") });
        _world.Pump();

        _world.Backend.Wipe();
        _world.Run(Ttl);

        var live = _world.Backend.Live["a"].Instance;
        Assert.Equal((ServiceStatus.OutOfService, "v"), (live.Status, live.Metadata["k"]));
    }

    // Row 42: the last wish wins although an older attempt ends later.
    [Fact]
    public void Update_WhileAnAttemptIsUnderWay_LastWishWins()
    {
        var gate = new TaskCompletionSource();
        _world.Backend.BeforeRegisterAnswer = _ => new ValueTask(gate.Task);
        var handle = _world.Register();
        handle.SetStatus(ServiceStatus.Starting);
        handle.SetStatus(ServiceStatus.Down);
        var registered = handle.WaitUntilRegisteredAsync(CancellationToken.None);
        _world.Pump();
        Assert.Equal(1, _world.Backend.Count("register"));

        gate.SetResult();
        _world.Pump();

        Assert.Equal((2, ServiceStatus.Down), (_world.Backend.Count("register"), _world.Backend.Live["a"].Instance.Status));
        Assert.True(registered.IsCompletedSuccessfully);
    }

    // Row 45: an ambiguous failure is repeated, which is safe, and ends in one record.
    [Fact]
    public void Register_TakenButNotAnswered_IsRepeated()
    {
        var dropped = 0;
        _world.Backend.BeforeRegisterAnswer = _ => dropped++ < 3 ? throw RegistrationWorld.Unreachable() : ValueTask.CompletedTask;

        var handle = _world.Register();
        _world.RunUntil(() => handle.State == RegistrationState.Registered, TimeSpan.FromSeconds(10));

        Assert.Single(_world.Backend.Live);
        Assert.Equal(1, _world.Renewer.Count);
    }

    // Row 31: a registration made again is proven alive soon, wherever its check starts.
    [Fact]
    public void RegisterAgain_FirstRenewal_ComesWithinAThirdOfTtl()
    {
        _world.Register();
        _world.Run(Ttl);
        _world.Backend.Wipe();
        _world.RunUntil(() => _world.Backend.Count("register") == 2, Ttl);
        var (at, renewals) = (_world.Time.GetUtcNow(), _world.Backend.Count("renew"));

        _world.RunUntil(() => _world.Backend.Count("renew") > renewals, Ttl / 3);
        Assert.True(_world.Time.GetUtcNow() - at <= Ttl / 3 + TimeSpan.FromMilliseconds(100));
    }

    [Fact]
    public void Loss_OverAndOver_SlowsDown()
    {
        _world.Backend.MakeGroup = (id, ttl) => new LeaseGroup(id, ttl, null, new CancellationToken(canceled: true));

        _world.Register();
        _world.Run(TimeSpan.FromMinutes(5));

        Assert.InRange(_world.Backend.Count("register"), 10, 30);
    }

    [Fact]
    public void Refused_NotTransient_IsRetriedAtTheSlowestPaceForEver()
    {
        _world.Backend.Before = (_, _) => throw new RegistryException("permission denied", isTransient: false);
        var handle = _world.Register();

        _world.Run(TimeSpan.FromHours(1), TimeSpan.FromMilliseconds(500));

        Assert.InRange(_world.Backend.Count("register"), 100, 150);
        Assert.Equal(1, _world.LinesOf("RegistrationFailed"));
        _world.Backend.Before = (_, _) => ValueTask.CompletedTask;
        _world.RunUntil(() => handle.State == RegistrationState.Registered, TimeSpan.FromSeconds(37));
    }
}
