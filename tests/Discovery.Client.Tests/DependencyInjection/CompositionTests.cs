using Discovery.Client.Internal;
using Discovery.Client.Registration;
using Discovery.Client.Tests.Configuration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Xunit;

namespace Discovery.Client.Tests.DependencyInjection;

public sealed class CompositionTests
{
    private static readonly ServiceProviderOptions Strict = new() { ValidateOnBuild = true, ValidateScopes = true };

    [Fact]
    public async Task EveryServiceOfOurs_IsResolved()
    {
        var services = new ServiceCollection();
        services.AddServiceDiscovery();
        await using var provider = services.BuildServiceProvider(Strict);
        var ours = services.Where(service => !service.IsKeyedService && !service.ServiceType.ContainsGenericParameters
            && (service.ServiceType.Namespace!.StartsWith("Discovery.Client", StringComparison.Ordinal) || service.ServiceType.GetGenericArguments().Contains(typeof(DiscoveryClientOptions)))).ToArray();
        Assert.Contains(ours, service => service.ServiceType == typeof(IDiscoveryClient));
        Assert.Contains(ours, service => service.ServiceType == typeof(IServiceRegistrar));
        Assert.All(ours, service => Assert.NotNull(provider.GetRequiredService(service.ServiceType)));
    }

    [Fact]
    public void Container_DisposedSynchronously_DisposesEveryServiceOfOurs()
    {
        var services = new ServiceCollection();
        services.AddServiceDiscovery(ConfigurationSetup.Pairs(("Discovery:Backend", "memory")));
        using var provider = services.BuildServiceProvider(Strict);
        foreach (var service in services.Where(service => service.Lifetime == ServiceLifetime.Singleton && !service.ServiceType.ContainsGenericParameters))
        {
            Assert.NotEmpty(service.IsKeyedService ? provider.GetKeyedServices(service.ServiceType, service.ServiceKey) : provider.GetServices(service.ServiceType));
        }

        provider.GetRequiredService<IDiscoveryClient>().GetView("orders");
        provider.GetRequiredService<IServiceRegistrar>().Register(new() { Instance = new() { ServiceName = "orders", InstanceId = "a", Host = "10.0.0.5", Port = 80 } });
    }

    [Fact]
    public void CalledTwice_IsTheSameAsOnce()
    {
        var once = new ServiceCollection();
        once.AddServiceDiscovery();
        var twice = new ServiceCollection();
        twice.AddServiceDiscovery();
        twice.AddServiceDiscovery();
        twice.AddDiscoveryClient();
        static IEnumerable<string> Ours(IServiceCollection services)
            => services.Select(service => service.ServiceType.ToString()).Where(type => type.Contains("Discovery", StringComparison.Ordinal) || type.Contains("Hosted", StringComparison.Ordinal)
                || type.Contains("ISelector", StringComparison.Ordinal)).Order(StringComparer.Ordinal);
        Assert.Equal(Ours(once), Ours(twice));
    }

    [Theory]
    [InlineData("Discovery:Backend", "")]
    [InlineData("App:Discovery:Backend", "App")]
    [InlineData("App:Discovery:Backend", "App:Discovery")]
    [InlineData("Registry:Backend", "Registry")]
    public async Task GivenConfiguration_RootOrSection_IsRead(string key, string section)
    {
        IConfiguration configuration = ConfigurationSetup.Pairs((key, "memory"), ("Logging:LogLevel:Default", "None"));
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(ConfigurationSetup.Pairs(("Discovery:Backend", "not this one")));
        services.AddServiceDiscovery(section.Length == 0 ? configuration : configuration.GetSection(section));
        services.AddServiceDiscovery();
        await using var provider = services.BuildServiceProvider(Strict);
        Assert.Equal("memory", provider.GetRequiredService<IOptions<DiscoveryClientOptions>>().Value.Backend);
    }

    [Fact]
    public async Task GivenSection_IsNamedInErrors()
    {
        var services = new ServiceCollection();
        services.AddServiceDiscovery(ConfigurationSetup.Pairs(("App:Registry:Backend", "memry")).GetSection("App:Registry"));
        await using var provider = services.BuildServiceProvider(Strict);
        var errors = Assert.Throws<DiscoveryConfigurationException>(provider.GetRequiredService<IDiscoveryClient>).Errors;
        Assert.Equal("App:Registry:Backend is 'memry', which is no backend (did you mean 'memory'?).", Assert.Single(errors));
    }

    [Fact]
    public async Task WithoutConfiguration_TheDefaultBackendIsLocal()
    {
        var services = new ServiceCollection();
        services.AddServiceDiscovery();
        await using var provider = services.BuildServiceProvider(Strict);
        var backends = provider.GetRequiredService<IBackendSource>();
        Assert.Equal("local", backends.DefaultName);
        Assert.Equal("local", backends.Get("local").Name);
    }

    [Fact]
    public async Task EveryAdapter_IsThere()
    {
        var services = new ServiceCollection();
        services.AddServiceDiscovery();
        await using var provider = services.BuildServiceProvider(Strict);
        Assert.Equal(["consul", "etcd", "local", "memory", "nacos", "static"], provider.GetServices<IRegistryBackendFactory>().Select(factory => factory.Type).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Host_WrongConfiguration_StartsNothing()
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection([new("Discovery:Backend", "consol"), new("Discovery:Registration:ServiceName", "orders"), new("Discovery:DrainDelay", "5")]);
        builder.Services.AddServiceDiscovery();
        var started = new Started();
        builder.Services.AddHostedService(_ => started);
        using var host = builder.Build();
        var exception = await Assert.ThrowsAsync<DiscoveryConfigurationException>(() => host.StartAsync(TestContext.Current.CancellationToken));
        Assert.Equal(3, exception.Errors.Count);
        Assert.False(started.Was);
    }

    [Fact]
    public async Task Host_RightConfiguration_StartsAndStops()
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection([new("Discovery:Backend", "memory"), new("Discovery:DrainDelay", "0s"), new("Discovery:Registration:ServiceName", "orders"), new("Discovery:Registration:Address", "http://127.0.0.1:8080")]);
        builder.Logging.AddProvider(new CollectedLogs());
        builder.Services.AddServiceDiscovery();
        using var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        var view = await host.Services.GetRequiredService<IDiscoveryClient>().WaitForInstancesAsync("orders", TestContext.Current.CancellationToken);
        Assert.Equal(8080, Assert.Single(view.Instances).Port);
        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    private sealed class Started : IHostedLifecycleService
    {
        public bool Was { get; private set; }

        public Task StartingAsync(CancellationToken cancellationToken) => StartAsync(cancellationToken);

        public Task StartAsync(CancellationToken cancellationToken)
        {
            Was = true;
            return Task.CompletedTask;
        }

        public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
