using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Discovery.Client.Consul.Tests;

public sealed class SettingsTests
{
    [Fact]
    public void Create_NothingConfigured_LocalAgent()
        => Assert.Equal([new("http://127.0.0.1:8500")], ConsulSettings.Read(new(null, "Discovery:Consul")).Endpoints);

    [Fact]
    public void Create_ConfiguredList_ReplacesTheDefault()
        => Assert.Equal([new("https://a:8501"), new("https://b:8501")], ConsulSettings.Read(Settings(("Endpoints:0", "https://a:8501"), ("Endpoints:1", "https://b:8501"))).Endpoints);

    [Theory]
    [InlineData("Endpoints:0", "ftp://a", "Discovery:Consul:Endpoints:0")]
    [InlineData("Endpoints:0", "http://user:pass@a", "Discovery:Consul:Endpoints")]
    [InlineData("Endpoints:0", "http://a/?x=1", "Discovery:Consul:Endpoints")]
    [InlineData("Endpoints:0", "http://a/consul#x", "Discovery:Consul:Endpoints")]
    [InlineData("WaitTime", "61s", "Discovery:Consul:WaitTime")]
    [InlineData("WaitTime", "30", "Discovery:Consul:WaitTime")]
    [InlineData("MaxConcurrentQueries", "0", "Discovery:Consul:MaxConcurrentQueries")]
    [InlineData("DeregisterCriticalServiceAfter", "10s", "Discovery:Consul:DeregisterCriticalServiceAfter")]
    [InlineData("Tokn", "x", "did you mean 'Token'")]
    [InlineData("ClientKeyFile", "x", "Discovery:Consul:ClientKeyFile")]
    public void Create_WrongValue_NamesItsPathAndNoSecret(string key, string value, string expected)
    {
        var settings = Settings((key, value));
        using var services = new ServiceCollection().AddDiscoveryClient().AddConsul().Services.BuildServiceProvider();
        var factory = services.GetServices<IRegistryBackendFactory>().Single(f => f.Type == "consul");
        factory.Create(new("consul", settings, services, TimeProvider.System));
        settings.RejectUnknownKeys();
        var error = Assert.Throws<DiscoveryConfigurationException>(settings.ThrowIfInvalid);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("pass", error.Message, StringComparison.Ordinal);
    }

    public static TheoryData<Action<ConsulOptions>, string> Mistakes => new()
    {
        { o => o.WaitTime = TimeSpan.FromSeconds(61), "WaitTime" },
        { o => o.WaitTime = TimeSpan.Zero, "WaitTime" },
        { o => o.MaxConcurrentQueries = 0, "MaxConcurrentQueries" },
        { o => o.TurnCycle = TimeSpan.Zero, "TurnCycle" },
        { o => o.RequestTimeout = TimeSpan.Zero, "RequestTimeout" },
        { o => o.Endpoints = [], "Endpoints" },
    };

    [Theory, MemberData(nameof(Mistakes), DisableDiscoveryEnumeration = true)]
    public void Create_WrongValueByCode_NamesItsPath(Action<ConsulOptions> mistake, string path)
    {
        var settings = Settings();
        using var services = new ServiceCollection().AddDiscoveryClient().AddConsul(mistake).Services.BuildServiceProvider();
        services.GetServices<IRegistryBackendFactory>().Single(f => f.Type == "consul").Create(new("consul", settings, services, TimeProvider.System));
        Assert.Contains($"Discovery:Consul:{path}", Assert.Throws<DiscoveryConfigurationException>(settings.ThrowIfInvalid).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AddConsul_Twice_OneFactoryAndBothConfigure()
    {
        var seen = 0;
        using var services = new ServiceCollection().AddDiscoveryClient().AddConsul(_ => seen++).AddConsul(o => seen += o.MaxConcurrentQueries).Services.BuildServiceProvider();
        var factory = services.GetServices<IRegistryBackendFactory>().Single(f => f.Type == "consul");
        factory.Create(new("consul", Settings(("MaxConcurrentQueries", "7")), services, TimeProvider.System));
        Assert.Equal(8, seen);
    }

    private static SettingsReader Settings(params (string Key, string Value)[] values)
        => new(new ConfigurationBuilder().AddInMemoryCollection(values.Select(v => KeyValuePair.Create("Discovery:Consul:" + v.Key, (string?)v.Value))).Build().GetSection("Discovery:Consul"), "Discovery:Consul");
}
