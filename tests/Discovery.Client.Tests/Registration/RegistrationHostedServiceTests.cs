using System.Collections.Concurrent;
using Discovery.Client.Internal;
using Discovery.Client.Registration;
using Discovery.Client.Selection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace Discovery.Client.Tests.Registration;

/// <summary>The generic host: rows 36, 37, 39, 40, 79.</summary>
public sealed class RegistrationHostedServiceTests : IBackendSource
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly ScriptedBackend _backend = new(TimeProvider.System);
    private readonly ConcurrentQueue<string> _events = [];
    private readonly BackendSlot _slot;

    public RegistrationHostedServiceTests()
    {
        _slot = new BackendSlot("test", _backend, RandomSource.Shared);
        _backend.Before = (call, _) =>
        {
            _events.Enqueue(call);
            return ValueTask.CompletedTask;
        };
    }

    public string DefaultName => "test";

    BackendSlot IBackendSource.Get(string name) => _slot;

    [Fact]
    public async Task Host_StartAndStop_RegistersAfterTheServerListens_AndDeregistersBeforeItStops()
    {
        using var host = Build(TimeSpan.FromMilliseconds(300));

        await host.StartAsync(TestContext.Current.CancellationToken);
        var handles = host.Services.GetRequiredService<IServiceRegistrar>().Registrations;
        Assert.Equal(["orders", "orders-admin"], handles.Select(handle => handle.Registration.Instance.ServiceName).Order());
        await Task.WhenAll(handles.Select(handle => handle.WaitUntilRegisteredAsync(TestContext.Current.CancellationToken))).WaitAsync(Deadline, TestContext.Current.CancellationToken);
        await host.StopAsync(TestContext.Current.CancellationToken).WaitAsync(Deadline, TestContext.Current.CancellationToken);

        Assert.Equal(["server starts", "register", "register", "deregister", "deregister", "server stops"], _events);
        Assert.Empty(_backend.Live);
        Assert.InRange(Server(host).StoppedAt - _backend.Calls[^1].At, TimeSpan.FromMilliseconds(290), Deadline);
    }

    [Fact]
    public async Task Host_RegistryDown_StartsAndStops()
    {
        _backend.Before = (_, _) => throw RegistrationWorld.Unreachable();
        using var host = Build(TimeSpan.Zero);

        await host.StartAsync(TestContext.Current.CancellationToken).WaitAsync(Deadline, TestContext.Current.CancellationToken);
        await host.StopAsync(TestContext.Current.CancellationToken).WaitAsync(Deadline, TestContext.Current.CancellationToken);

        Assert.Equal(["server starts", "server stops"], _events);
    }

    [Fact]
    public async Task Host_NothingRegistered_DoesNotDrain()
    {
        using var host = Build(TimeSpan.FromMinutes(5), registrations: false);

        await host.StartAsync(TestContext.Current.CancellationToken);
        await host.StopAsync(TestContext.Current.CancellationToken).WaitAsync(Deadline, TestContext.Current.CancellationToken);

        Assert.Equal(["server starts", "server stops"], _events);
    }

    [Fact]
    public async Task Host_RegisteredByCode_IsDeregisteredOnStop()
    {
        using var host = Build(TimeSpan.Zero, registrations: false);
        await host.StartAsync(TestContext.Current.CancellationToken);
        await host.Services.GetRequiredService<IServiceRegistrar>().Register(RegistrationWorld.Wish()).WaitUntilRegisteredAsync(TestContext.Current.CancellationToken);

        await host.StopAsync(TestContext.Current.CancellationToken).WaitAsync(Deadline, TestContext.Current.CancellationToken);

        Assert.Equal(["server starts", "register", "deregister", "server stops"], _events);
    }

    [Fact]
    public async Task Container_WithoutHost_DeregistersWhenDisposed()
    {
        await using (var provider = Services(new ServiceCollection(), TimeSpan.Zero, false).BuildServiceProvider())
        {
            await provider.GetRequiredService<IServiceRegistrar>().Register(RegistrationWorld.Wish()).WaitUntilRegisteredAsync(TestContext.Current.CancellationToken);
        }

        Assert.Empty(_backend.Live);
    }

    [Fact]
    public void Container_DisposedSynchronously_DoesNotThrow()
    {
        using var provider = Services(new ServiceCollection(), TimeSpan.Zero, false).BuildServiceProvider();

        provider.GetRequiredService<IServiceRegistrar>().Register(RegistrationWorld.Wish());
    }

    [Fact]
    public async Task Host_WrongRegistration_FailsBeforeTheServerStarts()
    {
        using var host = Build(TimeSpan.Zero, address: null);

        var error = await Assert.ThrowsAnyAsync<Exception>(() => host.StartAsync(TestContext.Current.CancellationToken));

        Assert.Contains("Discovery:Registration:Address", error.Message, StringComparison.Ordinal);
        Assert.Empty(_events);
    }

    [Fact]
    public void Stopping_TokenEnds_DrainsNoLonger()
    {
        var world = new RegistrationWorld();
        world.Options.CurrentValue.DrainDelay = TimeSpan.FromMinutes(1);
        var service = Service(world);
        world.Register();
        using var token = new CancellationTokenSource();

        var stopping = service.StoppingAsync(token.Token);
        world.Run(TimeSpan.FromSeconds(10));
        Assert.False(stopping.IsCompleted);
        Assert.Empty(world.Backend.Live);
        token.Cancel();
        world.Pump();

        Assert.True(stopping.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Reload_DurationsOfTheStop_HoldFromThenOn()
    {
        var world = new RegistrationWorld(deregisterTimeout: TimeSpan.FromSeconds(5));
        world.Options.CurrentValue.DrainDelay = TimeSpan.Zero;
        var service = Service(world);
        await service.StartingAsync(TestContext.Current.CancellationToken);
        await service.StartedAsync(TestContext.Current.CancellationToken);
        world.Register();
        world.Backend.Before = (_, token) => new ValueTask(Task.Delay(Timeout.InfiniteTimeSpan, world.Time, token));

        world.Options.Reload(options => (options.DrainDelay, options.DeregisterTimeout) = (TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(1)));
        var stopping = service.StoppingAsync(TestContext.Current.CancellationToken);

        world.Run(TimeSpan.FromSeconds(3.9));
        Assert.False(stopping.IsCompleted);
        world.Run(TimeSpan.FromSeconds(0.3));
        Assert.True(stopping.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Reload_WhatMayChange_IsToldToTheRegistry_AndWhatTheProgramSetStays()
    {
        var (world, service, handle) = await StartAsync();
        handle.SetStatus(ServiceStatus.Down);
        handle.Update(instance => instance with { Metadata = instance.Metadata.Add("ours", "1") });
        world.Pump();

        world.Options.Reload(options =>
        {
            var orders = options.Registrations[""] = Configured();
            (orders.Address, orders.Weight, orders.Zone, orders.Version) = (new Uri("https://10.0.0.6:8443/api"), 3, "b", "2");
            orders.Metadata.Remove("old");
            orders.Metadata["new"] = "2";
            orders.Endpoints["admin"] = new Uri("http://10.0.0.6:9090");
        });
        world.Pump();

        var (id, live) = world.Backend.Live.Single();
        Assert.Equal("orders-10.0.0.5-8080", id);
        Assert.Equal(("10.0.0.6", 8443, "https", "/api"), (live.Instance.Host, live.Instance.Port, live.Instance.Scheme, live.Instance.PathPrefix));
        Assert.Equal((3d, "b", "2", ServiceStatus.Down), (live.Instance.Weight, live.Instance.Zone, live.Instance.Version, live.Instance.Status));
        Assert.Equal(["kept=1", "new=2", "ours=1"], live.Instance.Metadata.Select(item => $"{item.Key}={item.Value}"));
        Assert.Equal(9090, live.Instance.Endpoints["admin"].Port);

        world.Options.Reload(options => options.Registrations[""].Status = ServiceStatus.OutOfService);
        world.Pump();
        Assert.Equal((ServiceStatus.OutOfService, 3d), (world.Backend.Live[id].Instance.Status, world.Backend.Live[id].Instance.Weight));
        _ = service.StoppingAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Reload_NothingOfTheRegistration_AsksNobody()
    {
        var (world, service, handle) = await StartAsync();
        handle.SetStatus(ServiceStatus.Down);
        world.Pump();
        var calls = world.Backend.Calls.Count;

        world.Options.Reload(options => options.Registrations[""] = Configured());
        world.Pump();

        Assert.Equal(calls, world.Backend.Calls.Count);
        _ = service.StoppingAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Reload_RegistrationDisposedByTheProgram_StaysSo()
    {
        var (world, service, handle) = await StartAsync();
        _ = handle.DisposeAsync().AsTask();
        world.Run(TimeSpan.FromSeconds(1));

        world.Options.Reload(options => (options.Registrations[""] = Configured()).Weight = 2);
        world.Options.Reload(options => (options.Registrations[""] = Configured()).Weight = 3);
        world.Pump();

        Assert.Empty(world.Backend.Live);
        Assert.Equal(0, world.LinesOf("RegistrationReloadFailed"));
        _ = service.StoppingAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Reload_BetweenTheChecksAndTheStart_IsNotMissed()
    {
        var world = new RegistrationWorld();
        world.Options.CurrentValue.Registrations[""] = Configured();
        var service = Service(world);
        await service.StartingAsync(TestContext.Current.CancellationToken);
        world.Options.Reload(options => (options.Registrations[""] = Configured()).Weight = 7);
        await service.StartedAsync(TestContext.Current.CancellationToken);
        world.Pump();
        Assert.Equal(7, Assert.Single(world.Backend.Live.Values).Instance.Weight);
        _ = service.StoppingAsync(TestContext.Current.CancellationToken);
    }

    private static RegistrationHostedService Service(RegistrationWorld world)
        => new(world.Registrar, world.Scheduler, world.Options, new RecordingLogger<RegistrationHostedService>(world.Lines));

    private static RegistrationOptions Configured()
        => new() { ServiceName = "orders", Address = new Uri("http://10.0.0.5:8080"), Zone = "a", Metadata = { ["kept"] = "1", ["old"] = "1" } };

    private static async Task<(RegistrationWorld World, RegistrationHostedService Service, IRegistrationHandle Handle)> StartAsync()
    {
        var world = new RegistrationWorld();
        world.Options.CurrentValue.Registrations[""] = Configured();
        var service = Service(world);
        await service.StartingAsync(TestContext.Current.CancellationToken);
        await service.StartedAsync(TestContext.Current.CancellationToken);
        world.Pump();
        return (world, service, Assert.Single(world.Registrar.Registrations));
    }

    private static Server Server(IHost host) => host.Services.GetServices<IHostedService>().OfType<Server>().Single();

    private IHost Build(TimeSpan drain, bool registrations = true, string? address = "http://10.0.0.5:8080")
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        Services(builder.Services, drain, registrations, address);
        builder.Services.AddSingleton(_events);
        builder.Services.AddHostedService<Server>();
        return builder.Build();
    }

    private IServiceCollection Services(IServiceCollection services, TimeSpan drain, bool registrations, string? address = null)
    {
        services.AddDiscoveryClient();
        services.AddSingleton<IBackendSource>(this);
        return services.Configure<DiscoveryClientOptions>(options =>
        {
            options.DrainDelay = drain;
            if (registrations)
            {
                options.Registrations[""] = new RegistrationOptions { ServiceName = "orders", Address = address is null ? null : new Uri(address) };
                options.Registrations["admin"] = new RegistrationOptions { ServiceName = "orders-admin", Address = new Uri("http://10.0.0.5:9090") };
            }
        });
    }
}

internal sealed class Server(ConcurrentQueue<string> events) : IHostedService
{
    public DateTimeOffset StoppedAt { get; private set; }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        events.Enqueue("server starts");
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        StoppedAt = TimeProvider.System.GetUtcNow();
        events.Enqueue("server stops");
        return Task.CompletedTask;
    }
}
