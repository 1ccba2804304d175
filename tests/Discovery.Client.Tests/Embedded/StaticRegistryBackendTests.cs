using Discovery.Client.Embedded;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Discovery.Client.Tests.Embedded;

public sealed class StaticRegistryBackendTests
{
    private const string Root = "Discovery:Static";
    private static readonly ServiceQuery Orders = new("orders");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Lists_AddressesAndObjects_BecomeInstances()
    {
        var (backend, settings, _) = Create(new()
        {
            ["Services:orders:0"] = "http://10.0.0.5:8080",
            ["Services:orders:1:Address"] = "https://[::1]/api/",
            ["Services:orders:1:InstanceId"] = "two",
            ["Services:orders:1:Weight"] = "2.5",
            ["Services:orders:1:Zone"] = "eu-1a",
            ["Services:orders:1:Version"] = "1.4",
            ["Services:orders:1:Status"] = "OutOfService",
            ["Services:orders:1:Metadata:Canary"] = "yes",
            ["Services:orders:1:Endpoints:admin"] = "http://10.0.0.5:9090/x",
            ["Services:single"] = "grpc://10.0.0.6:5000",
            ["Services:nobody"] = "",
        });
        settings.RejectUnknownKeys();
        settings.ThrowIfInvalid();

        var instances = (await backend.ReadAsync(Orders, Token)).Instances;
        var plain = new ServiceInstance { ServiceName = "orders", InstanceId = "10.0.0.5:8080", Host = "10.0.0.5", Port = 8080, Scheme = "http" };
        Assert.Equal(plain, instances[0]);
        Assert.Equal(
            plain with
            {
                InstanceId = "two",
                Host = "::1",
                Port = 443,
                Scheme = "https",
                PathPrefix = "/api",
                Weight = 2.5,
                Zone = "eu-1a",
                Version = "1.4",
                Status = ServiceStatus.OutOfService,
                Metadata = plain.Metadata.Add("Canary", "yes"),
                Endpoints = plain.Endpoints.Add("admin", new("10.0.0.5", 9090, "http", "/x")),
            },
            instances[1]);
        Assert.Equal(2, instances.Length);
        Assert.Equal("grpc", Assert.Single((await backend.ReadAsync(new("single"), Token)).Instances).Scheme);
        Assert.Empty((await backend.ReadAsync(new("nobody"), Token)).Instances);
        Assert.Empty((await backend.ReadAsync(new("unknown"), Token)).Instances);
    }

    [Theory]
    [InlineData("Services:orders:0", "10.0.0.5:8080", "Discovery:Static:Services:orders:0 is '10.0.0.5:8080', an absolute address")]
    [InlineData("Services:orders:0", "http://10.0.0.5:8080/?x=1", "Discovery:Static:Services:orders:0 is ")]
    [InlineData("Services:orders:1", "http://10.0.0.5:8080", "Discovery:Static:Services:orders:1 has the instance id '10.0.0.5:8080'")]
    [InlineData("Services:orders:1:Weight", "many", "Discovery:Static:Services:orders:1:Weight is 'many'")]
    [InlineData("Services:orders:1:Zone", "a", "Discovery:Static:Services:orders:1:Address is not set")]
    [InlineData("Services:orders:1:Wieght", "1", "Discovery:Static:Services:orders:1:Wieght is not a known key (did you mean 'Weight'?)")]
    [InlineData("Services:orders:1:Endpoints:admin", "x", "Discovery:Static:Services:orders:1:Endpoints:admin is 'x'")]
    [InlineData("Services: orders", "http://10.0.0.5:8080", "Discovery:Static:Services: orders is wrong")]
    [InlineData("Sevices:orders:0", "http://10.0.0.5:8080", "Discovery:Static:Sevices is not a known key (did you mean 'Services'?)")]
    public void Create_WrongValue_IsAnErrorWithItsPath(string key, string value, string expected)
    {
        var (_, settings, _) = Create(new() { ["Services:orders:0"] = "http://10.0.0.5:8080", [key] = value });
        settings.RejectUnknownKeys();
        var error = Assert.Throws<DiscoveryConfigurationException>(settings.ThrowIfInvalid);
        Assert.Contains(error.Errors, message => message.StartsWith(expected, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Services:orders:1", "http://user:s3cret@10.0.0.5:8080")]
    [InlineData("Services:orders:1", "user:s3cret@10.0.0.5:8080")]
    [InlineData("Services:orders:1:Address", "http://user:s3cret@10.0.0.5:8080")]
    [InlineData("Services:stock", "http://user:s3cret@10.0.0.5:8080")]
    [InlineData("Services:orders:0:Endpoints:admin", "http://user:s3cret@10.0.0.5:8080")]
    public void Create_AddressWithPassword_IsAnErrorThatDoesNotRepeatIt(string key, string value)
    {
        var (_, settings, _) = Create(new() { ["Services:orders:0:Address"] = "http://10.0.0.5:8080", [key] = value });
        var error = Assert.Single(Assert.Throws<DiscoveryConfigurationException>(settings.ThrowIfInvalid).Errors);
        Assert.StartsWith($"Discovery:Static:{key} is '***@10.0.0.5:8080'", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_NoServices_IsAnError()
    {
        var (_, settings, _) = Create([]);
        Assert.StartsWith("Discovery:Static:Services is not set", Assert.Single(Assert.Throws<DiscoveryConfigurationException>(settings.ThrowIfInvalid).Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reload_ChangesTheListsOfRunningWatches_AndKeepsUnchangedInstances()
    {
        var (backend, _, configuration) = Create(new() { ["Services:orders:0"] = "http://10.0.0.5:8080" });
        await using var watch = new Watching<ServiceSnapshot>(token => backend.WatchAsync(Orders, null, token));
        await using var names = new Watching<IReadOnlyCollection<string>>(backend.WatchNamesAsync);
        var first = await watch.Until(_ => true);

        for (var count = 2; count < 5; count++)
        {
            Set(configuration, $"Services:orders:{count}", $"http://10.0.0.5:808{count}");
            var next = await watch.Until(snapshot => snapshot.Instances.Length == count);
            Assert.Same(first.Instances[0], next.Instances[0]);
            Assert.True(first.Version.IsOlderThan(next.Version));
        }

        Set(configuration, "Services:stock:0", "http://10.0.0.7:80");
        await names.Until(list => list.SequenceEqual(["orders", "stock"]));
    }

    [Fact]
    public async Task Reload_Wrong_IsReportedOnce_AndTheLastListsHold()
    {
        var (backend, _, configuration) = Create(new() { ["Services:orders:0"] = "http://10.0.0.5:8080" });
        await using (var watch = new Watching<ServiceSnapshot>(token => backend.WatchAsync(Orders, null, token)))
        {
            await watch.Until(_ => true);
            Set(configuration, "Services:orders:0", "nonsense");
            var error = await Assert.ThrowsAsync<RegistryException>(() => watch.Until(_ => false));
            Assert.False(error.IsTransient);
            Assert.Contains("Discovery:Static:Services:orders:0 is 'nonsense'", error.Message, StringComparison.Ordinal);
        }

        Assert.Single((await backend.ReadAsync(Orders, Token)).Instances);
        await using var again = new Watching<ServiceSnapshot>(token => backend.WatchAsync(Orders, null, token));
        Assert.Single((await again.Until(_ => true)).Instances);
        Set(configuration, "Services:orders:0", "http://10.0.0.9:80");
        await again.Until(snapshot => snapshot.Instances is [{ Host: "10.0.0.9" }]);
    }

    [Fact]
    public async Task Disposed_NoLongerFollowsTheConfiguration()
    {
        var (backend, _, configuration) = Create(new() { ["Services:orders:0"] = "http://10.0.0.5:8080" });
        await backend.DisposeAsync();
        Set(configuration, "Services:orders:1", "http://10.0.0.6:8080");
        Assert.Single((await backend.ReadAsync(Orders, Token)).Instances);
    }

    [Fact]
    public async Task Register_IsNotPossible()
    {
        var (backend, _, _) = Create(new() { ["Services:orders:0"] = "http://10.0.0.5:8080" });
        Assert.False(backend.Capabilities.HasFlag(RegistryCapabilities.Register));
        var wish = new ServiceRegistration { Instance = new() { ServiceName = "orders", InstanceId = "a", Host = "h", Port = 1 } };
        var error = await Assert.ThrowsAsync<RegistryException>(async () => await backend.RegisterAsync(wish, Token));
        Assert.False(error.IsTransient);
    }

    private static (StaticRegistryBackend Backend, SettingsReader Settings, IConfigurationRoot Configuration) Create(Dictionary<string, string?> values)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(values.Select(pair => KeyValuePair.Create($"{Root}:{pair.Key}", pair.Value))).Build();
        var settings = new SettingsReader(configuration.GetSection(Root), Root);
        return (new StaticRegistryBackend(settings, NullLogger.Instance), settings, configuration);
    }

    private static void Set(IConfigurationRoot configuration, string key, string value)
    {
        configuration[$"{Root}:{key}"] = value;
        configuration.Reload();
    }
}
