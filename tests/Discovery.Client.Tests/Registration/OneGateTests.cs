using Discovery.Client.Internal;
using Discovery.Client.Registration;
using Discovery.Client.Selection;
using Discovery.Client.Snapshots;
using Discovery.Client.Tests.Simulation;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Discovery.Client.Tests.Registration;

/// <summary>Watches, registrations and renewals of one registry share what is known of its connection.</summary>
public sealed class OneGateTests : IDisposable
{
    private const int Many = 200;
    private readonly SimulatedWorld _world = new();
    private readonly CountingCable _cable;
    private readonly ServiceProvider _program;

    public OneGateTests()
    {
        _world.Options.CurrentValue.IdleTimeout = TimeSpan.FromDays(1);
        _world.Options.CurrentValue.ResyncInterval = TimeSpan.FromDays(1);
        _cable = new CountingCable(_world.Backend, _world.Clock);
        _program = _world.AddProgram("program", _cable);
    }

    private IEnumerable<IRegistrationHandle> Handles => _program.GetRequiredService<IServiceRegistrar>().Registrations;

    public void Dispose()
    {
        _world.AssertNothingLeftTheThread();
        _world.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void DeadServer_WatchesAndRegistrations_IsAskedOncePerPauseByAll(bool watchesFirst)
    {
        (_cable.ReadsAreCut, _cable.WritesAreCut) = (true, true);
        Start(watchesFirst);
        _world.Run(300);

        // One service alone would ask as often.
        Assert.InRange(_cable.Count(), 12, 26);
        Assert.Equal((1, 0), (_world.Log.Count(100), _world.Log.Count(101)));
        Assert.All(Handles, handle => Assert.Equal("connection refused", handle.LastError?.Message));

        (_cable.ReadsAreCut, _cable.WritesAreCut) = (false, false);
        _world.Run(40);

        Assert.All(Handles, handle => Assert.Equal((RegistrationState.Registered, null), (handle.State, handle.LastError)));
        Assert.All(_world.Catalog.Entries, entry => Assert.Null(entry.View.StaleSince));
        Assert.Equal((1, 1), (_world.Log.Count(100), _world.Log.Count(101)));

        // Whoever was answered first, the others followed: within the spread of so many.
        var passed = _cable.Calls.Where(call => call is { Passed: true, Call: "watch" or "register" }).Select(call => call.At).ToArray();
        Assert.Equal(2 * Many, passed.Length);
        Assert.InRange((passed.Max() - passed.Min()).TotalSeconds, 0, 2.1);
    }

    [Fact]
    public void OnlyReadsAreCut_RenewalsAreAnswered_TheWatchMakesItsOwnPausesAndIsToldOnceAMinute()
    {
        for (var i = 0; i < Many; i++)
        {
            Register(i);
        }

        _world.Run(60);
        var lines = _world.Log.Lines.Count;

        _cable.ReadsAreCut = true;
        Touch(1);
        _world.Run(60);

        Assert.InRange(_cable.Count("watch"), 4, 12);
        Assert.InRange(_world.Log.Lines.Skip(lines).Count(line => line is { Id: 100 or 101, Level: >= LogLevel.Information }), 1, 4);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(120)]
    public void Outage_ManyWatchesAndRegistrations_IsOneLineAndItsEndAnother(int seconds)
    {
        Start(watchesFirst: true);
        _world.Run(60);
        var before = _world.Log.Lines.Count;
        int[] News() => [.. _world.Log.Lines.Skip(before).Where(line => line.Level >= LogLevel.Information).Select(line => line.Id)];

        (_cable.ReadsAreCut, _cable.WritesAreCut) = (true, true);
        _world.Run(seconds);
        Assert.Equal([100], News());

        (_cable.ReadsAreCut, _cable.WritesAreCut) = (false, false);
        _world.Run(60);
        Assert.Equal([100, 101], News());
        Assert.All(Handles, handle => Assert.Equal(RegistrationState.Registered, handle.State));
    }

    [Fact]
    public void Forgotten_ManyRegistrations_IsOneLineAndTheirReturnAnother()
    {
        Start(watchesFirst: false);
        _world.Run(60);
        var before = _world.Log.Lines.Count;

        _world.Registry.Wipe();
        _world.Run(30);

        var lines = _world.Log.Lines.Skip(before).ToArray();
        Assert.Equal((Many, Many), (lines.Count(line => line.Id == 202), lines.Count(line => line.Id == 203)));
        Assert.Equal([202, 203], lines.Where(line => line is { Level: >= LogLevel.Information, Id: >= 200 }).Select(line => line.Id));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void LeaderThatIsDisposed_PassesTheLeadOn(int delay)
    {
        (_cable.ReadsAreCut, _cable.WritesAreCut) = (true, true);
        _cable.RegisterDelay = TimeSpan.FromSeconds(delay);
        var leader = Register(0);
        _world.Run(0.1);

        // It pauses, or its attempt is under way and fails later.
        _ = leader.DisposeAsync().AsTask();
        _cable.ReadsAreCut = false;
        _world.Run(2);
        Touch(1);
        _world.Run(3);

        Assert.Null(_world.Catalog.Entries[0].View.StaleSince);
        Assert.Equal(ServiceViewState.Empty, _world.Catalog.Entries[0].View.State);
    }

    [Fact]
    public void Renewals_DeadServer_AskOncePerPatienceUntilTheirLeasesEnd()
    {
        Start(watchesFirst: false);
        _world.Run(60);
        var before = _cable.Count();

        _cable.WritesAreCut = true;
        _world.Run(RegistrationWorld.Ttl.TotalSeconds);

        // Twelve patiences fit into a TTL; without a gate each of the leases would have asked three or four times.
        Assert.InRange(_cable.Count() - before, 5, 20);
        _world.Run(10);
        Assert.All(Handles, handle => Assert.Equal(RegistrationState.Lost, handle.State));
        Assert.Equal("connection refused", Handles.First().LastError?.Message);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(7)]
    public void Renewals_OutageShorterThanTheLease_LoseNone(int seconds)
    {
        Start(watchesFirst: false);
        _world.Run(60);

        (_cable.ReadsAreCut, _cable.WritesAreCut) = (true, true);
        _world.Run(seconds);
        (_cable.ReadsAreCut, _cable.WritesAreCut) = (false, false);
        _world.Run(30);

        Assert.Equal((Many, 0), (_cable.Count("register"), _world.Log.Count(202)));
    }

    // However long the pauses of watches that cannot connect have become, leases are renewed in time, and new registrations go through.
    [Fact]
    public void Renewals_OnlyReadsAreCut_GoOn()
    {
        Start(watchesFirst: false);
        _world.Run(60);
        _cable.ReadsAreCut = true;
        Touch(Many, "late");
        _world.Run(600);

        Register(Many);
        _world.Run(40);

        Assert.Equal((Many + 1, 0), (_cable.Count("register"), _world.Log.Count(202)));
        Assert.All(Handles, handle => Assert.Equal(RegistrationState.Registered, handle.State));
    }

    [Fact]
    public void Registration_OnlyReadsAreCutFromTheStart_GoesThrough()
    {
        _cable.ReadsAreCut = true;
        Touch(Many);
        _world.Run(60);

        Register(0);
        _world.Run(100);

        Assert.Equal(RegistrationState.Registered, Handles.Single().State);
    }

    [Fact]
    public void Watch_OnlyWritesAreCutFromTheStart_GoesThrough()
    {
        _cable.WritesAreCut = true;
        for (var i = 0; i < Many; i++)
        {
            Register(i);
        }

        _world.Run(60);
        Touch(1);
        _world.Run(100);

        Assert.Null(_world.Catalog.Entries[0].View.StaleSince);
    }

    [Fact]
    public void OneLease_OnlyReadsAreCut_IsRenewedInTime()
    {
        Register(0);
        _world.Run(1);
        _cable.ReadsAreCut = true;
        Touch(1);
        _world.Run(3600);

        var renewals = _cable.Calls.Where(call => call.Call == "renew").Select(call => call.At).ToArray();
        Assert.All(renewals.Zip(renewals.Skip(1)), pair => Assert.True(pair.Second - pair.First < RegistrationWorld.Ttl / 2, $"{pair}"));
        Assert.Equal(1, _cable.Count("register"));
    }

    [Fact]
    public void Stop_DeadServer_AsksAFewTimesAndEndsInTime()
    {
        Start(watchesFirst: false);
        _world.Run(60);
        (_cable.ReadsAreCut, _cable.WritesAreCut) = (true, true);
        _world.Run(5);
        var handles = Handles.ToArray();

        var stops = handles.Select(handle => handle.DisposeAsync().AsTask()).ToArray();
        _world.Run(5);

        Assert.All(stops, stop => Assert.True(stop.IsCompletedSuccessfully));
        Assert.InRange(_cable.Count("deregister"), 10, 60);
    }

    [Fact]
    public void Stop_ServerComesBackWithinTheTimeout_DeregistersAll()
    {
        Start(watchesFirst: false);
        _world.Run(60);
        _cable.WritesAreCut = true;
        _world.Run(5);
        _ = Handles.Select(handle => handle.DisposeAsync().AsTask()).ToArray();
        _world.Run(2);

        _cable.WritesAreCut = false;
        _world.Run(3);

        Assert.Empty(_world.Registry.ReadNames());
    }

    [Fact]
    public void Gate_SomebodyElseIsAnswered_EndsTheLeadersPause()
    {
        var gate = new ConnectionGate(RandomSource.Create(1));
        for (var i = 0; i < 20; i++)
        {
            gate.ReportUnreachable(this, new RegistryException("refused", connection: "a"), 0, _world.Clock, out _);
        }

        var leader = _world.Start(async () => await gate.EnterAsync(this, spreads: true, _world.Scheduler, CancellationToken.None));
        _world.Run(20);
        Assert.False(leader.IsCompleted);

        gate.ReportAnswered(_world.Clock);
        _world.Run(0.01);

        Assert.True(leader.IsCompletedSuccessfully);
    }

    [Fact]
    public void Gate_ClosedByOneThatNeverLeads_IsLedByTheNext()
    {
        var gate = new ConnectionGate(RandomSource.Create(1));
        gate.ReportAnswered(_world.Clock);
        Assert.True(gate.ReportUnreachable(null, new RegistryException("refused", connection: "a"), _world.Clock.GetTimestamp(), _world.Clock, out var isNews));
        Assert.True(isNews);
        var leads = false;

        _world.Start(async () => leads = await gate.EnterAsync(this, spreads: true, _world.Scheduler, CancellationToken.None));
        _world.Run(0.7);

        Assert.True(leads);
    }

    private void Start(bool watchesFirst)
    {
        if (watchesFirst)
        {
            Touch(Many);
        }

        for (var i = 0; i < Many; i++)
        {
            Register(i);
        }

        if (!watchesFirst)
        {
            Touch(Many);
        }
    }

    private IRegistrationHandle Register(int i) => _program.GetRequiredService<IServiceRegistrar>().Register(new() { Instance = Instances.Of("orders", $"i{i}"), TimeToLive = RegistrationWorld.Ttl });

    private void Touch(int services, string prefix = "s")
    {
        for (var i = 0; i < services; i++)
        {
            _world.Catalog.GetOrAdd($"{prefix}{i}").Touch();
        }
    }
}
