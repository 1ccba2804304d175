using Discovery.Client.Internal;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Xunit;

namespace Discovery.Client.Tests.Configuration;

/// <summary>A container around some configuration.</summary>
internal sealed class ConfigurationSetup : IAsyncDisposable
{
    private readonly ServiceProvider _provider;

    public ConfigurationSetup(IConfiguration? configuration, Action<IServiceCollection>? add = null)
    {
        var services = new ServiceCollection();
        if (configuration is not null)
        {
            services.AddSingleton(configuration);
        }

        services.AddDiscoveryClient();
        services.AddSingleton<IRegistryBackendFactory>(Fake);
        services.AddSingleton<ILoggerProvider>(Logs);
        add?.Invoke(services);
        _provider = services.BuildServiceProvider();
    }

    public FakeBackendFactory Fake { get; } = new("fake") { RequiresEndpoints = true };

    public CollectedLogs Logs { get; } = new();

    public IServiceProvider Services => _provider;

    public DiscoveryClientOptions Options => _provider.GetRequiredService<IOptionsMonitor<DiscoveryClientOptions>>().CurrentValue;

    public IBackendSource Backends => _provider.GetRequiredService<IBackendSource>();

    public IReadOnlyList<string> Errors => Assert.Throws<DiscoveryConfigurationException>(() => Options).Errors;

    public static IConfigurationRoot Json(string json)
        => new ConfigurationBuilder().AddJsonStream(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(json))).Build();

    public static IConfigurationRoot Pairs(params (string Key, string? Value)[] pairs)
        => new ConfigurationBuilder().AddInMemoryCollection(pairs.Select(pair => KeyValuePair.Create(pair.Key, pair.Value))).Build();

    public static ConfigurationSetup OfJson(string json) => new(Json(json));

    public static ConfigurationSetup Of(params (string Key, string? Value)[] pairs) => new(Pairs(pairs));

    public ValueTask DisposeAsync() => _provider.DisposeAsync();
}
