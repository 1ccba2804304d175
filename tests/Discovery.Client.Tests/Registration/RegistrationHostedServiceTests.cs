using System.Collections.Concurrent;
using Discovery.Client.Internal;
using Discovery.Client.Registration;
using Discovery.Client.Selection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
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
        var options = Options.Create(new DiscoveryClientOptions { DrainDelay = TimeSpan.FromMinutes(1) });
        var service = new RegistrationHostedService(world.Registrar, world.Scheduler, options);
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
