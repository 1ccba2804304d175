using Discovery.Client.Embedded;
using Discovery.Client.Internal;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Discovery.Client.Tests.Embedded;

public sealed class EmbeddedPartTests
{
    [Fact]
    public async Task AddedTwice_EachTypeStandsOnce()
    {
        await using var services = Services([]);
        Assert.Equal(["local", "memory", "static"], services.GetServices<IRegistryBackendFactory>().Select(factory => factory.Type).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task NothingConfigured_IsLocal()
    {
        await using var services = Services([]);
        Assert.IsType<LocalRegistryBackend>(Default(services));
    }

    [Fact]
    public async Task Memory_ByConfiguration_IsSharedByNameAndNotAcrossNames()
    {
        var token = TestContext.Current.CancellationToken;
        await using var services = Services([("Backend", "memory"), ("Backends:other:Type", "memory")]);
        var wish = new ServiceRegistration { Instance = new() { ServiceName = "orders", InstanceId = "a", Host = "h", Port = 1 } };
        await Default(services).RegisterAsync(wish, token);
        Assert.Single((await new MemoryRegistryBackend(services.GetRequiredService<MemoryRegistries>().Get("memory", TimeProvider.System)).ReadAsync(new("orders"), token)).Instances);
        Assert.Empty((await services.GetRequiredService<IBackendSource>().Get("other").Current.ReadAsync(new("orders"), token)).Instances);
    }

    [Fact]
    public async Task Static_ByConfiguration_ReadsItsOwnSectionAndFollowsIt()
    {
        var token = TestContext.Current.CancellationToken;
        var configuration = Configuration([("Backend", "static"), ("Static:Services:orders", "http://a:1"), ("Backends:more:Type", "static"), ("Backends:more:Services:orders:0", "http://b:2")]);
        await using var services = Services(configuration);
        Assert.Equal("a", Assert.Single((await Default(services).ReadAsync(new("orders"), token)).Instances).Host);
        Assert.Equal("b", Assert.Single((await services.GetRequiredService<IBackendSource>().Get("more").Current.ReadAsync(new("orders"), token)).Instances).Host);

        configuration["Discovery:Backends:more:Services:orders:0"] = "http://c:3";
        configuration.Reload();
        Assert.True(services.GetServices<IRegistryBackendFactory>().Single(factory => factory.Type == "static").FollowsSettings);
        Assert.Equal("c", Assert.Single((await services.GetRequiredService<IBackendSource>().Get("more").Current.ReadAsync(new("orders"), token)).Instances).Host);
    }

    [Theory]
    [InlineData("Local:Directory", "registry", "Discovery:Local:Directory is 'registry', a full path is expected")]
    [InlineData("Local:PollInterval", "5", "Discovery:Local:PollInterval is '5', a duration")]
    [InlineData("Local:Directry", "/x", "Discovery:Local:Directry is not a known key (did you mean 'Directory'?)")]
    public async Task Local_WrongSetting_IsAnErrorWithItsPath(string key, string value, string expected)
    {
        await using var services = Services([(key, value)]);
        var error = Assert.Throws<DiscoveryConfigurationException>(() => Default(services));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    private static IRegistryBackend Default(ServiceProvider services)
    {
        var source = services.GetRequiredService<IBackendSource>();
        return source.Get(source.DefaultName).Current;
    }

    private static ServiceProvider Services((string Key, string Value)[] settings) => Services(Configuration(settings));

    private static ServiceProvider Services(IConfiguration configuration)
    {
        var services = new ServiceCollection().AddSingleton(configuration);
        services.AddDiscoveryClient();
        services.AddDiscoveryClient();
        return services.BuildServiceProvider();
    }

    private static IConfigurationRoot Configuration((string Key, string Value)[] settings)
        => new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(setting => "Discovery:" + setting.Key, string? (setting) => setting.Value)).Build();
}
