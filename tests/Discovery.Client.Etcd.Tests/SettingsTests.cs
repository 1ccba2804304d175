using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Discovery.Client.Etcd.Tests;

public sealed class SettingsTests
{
    [Fact]
    public void Create_NothingConfigured_LocalMember()
    {
        var options = EtcdSettings.Read(new(null, "Discovery:Etcd"));
        Assert.Equal([new("http://127.0.0.1:2379")], options.Endpoints);
        Assert.Equal("/services/", options.KeyPrefix);
    }

    [Fact]
    public void Create_ConfiguredList_ReplacesTheDefault()
        => Assert.Equal([new("https://a:2379"), new("https://b:2379")], EtcdSettings.Read(Settings(("Endpoints:0", "https://a:2379"), ("Endpoints:1", "https://b:2379"))).Endpoints);

    [Theory]
    [InlineData("Endpoints:0", "127.0.0.1:2379", "Discovery:Etcd:Endpoints:0")]
    [InlineData("Endpoints:0", "localhost:2379", "Discovery:Etcd:Endpoints:0")]
    [InlineData("Endpoints:0", "http://user:pass@a", "Discovery:Etcd:Endpoints:0 is http://a:80 with user information")]
    [InlineData("Endpoints:0", "http://a:2379/etcd", "Discovery:Etcd:Endpoints:0 is http://a:2379 with a path")]
    [InlineData("KeyPrefix", "/services", "Discovery:Etcd:KeyPrefix is '/services', a prefix that ends with a slash is expected")]
    [InlineData("CaFile", "/ca.pem", "Discovery:Etcd:Endpoints:0 begins with http, while CaFile is set")]
    [InlineData("PingInterval", "4s", "Discovery:Etcd:PingInterval")]
    [InlineData("Password", "passw0rd", "Discovery:Etcd:Password is set without UserName")]
    [InlineData("UserName", "sd", "Discovery:Etcd:UserName is set without Password")]
    [InlineData("ClientKeyFile", "x", "Discovery:Etcd:ClientKeyFile")]
    [InlineData("KeyPrefx", "x", "did you mean 'KeyPrefix'")]
    public void Create_WrongValue_NamesItsPathAndNoSecret(string key, string value, string expected)
    {
        var settings = Settings((key, value));
        using var services = new ServiceCollection().AddDiscoveryClient().AddEtcd().Services.BuildServiceProvider();
        var factory = services.GetServices<IRegistryBackendFactory>().Single(f => f.Type == "etcd");
        factory.Create(new("etcd", settings, services, TimeProvider.System));
        settings.RejectUnknownKeys();
        var error = Assert.Throws<DiscoveryConfigurationException>(settings.ThrowIfInvalid);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("pass@", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("passw0rd", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void AddEtcd_PrefixAndEndpointsSetToNothing_AreErrorsOfConfiguration(string? prefix)
    {
        var settings = Settings();
        using var services = new ServiceCollection().AddDiscoveryClient().AddEtcd(o => (o.KeyPrefix, o.Endpoints) = (prefix!, null!)).Services.BuildServiceProvider();
        services.GetServices<IRegistryBackendFactory>().Single(f => f.Type == "etcd").Create(new("etcd", settings, services, TimeProvider.System));
        var error = Assert.Throws<DiscoveryConfigurationException>(settings.ThrowIfInvalid);
        Assert.Contains("Discovery:Etcd:KeyPrefix is empty", error.Message, StringComparison.Ordinal);
        Assert.Contains("Discovery:Etcd:Endpoints is empty", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AddEtcd_Twice_OneFactoryAndBothConfigure()
    {
        var seen = "";
        using var services = new ServiceCollection().AddDiscoveryClient().AddEtcd(_ => seen += "1").AddEtcd(o => seen += o.KeyPrefix).Services.BuildServiceProvider();
        var factory = services.GetServices<IRegistryBackendFactory>().Single(f => f.Type == "etcd");
        factory.Create(new("etcd", Settings(("KeyPrefix", "/x/")), services, TimeProvider.System));
        Assert.Equal("1/x/", seen);
    }

    private static SettingsReader Settings(params (string Key, string Value)[] values)
        => new(new ConfigurationBuilder().AddInMemoryCollection(values.Select(v => KeyValuePair.Create("Discovery:Etcd:" + v.Key, (string?)v.Value))).Build().GetSection("Discovery:Etcd"), "Discovery:Etcd");
}
