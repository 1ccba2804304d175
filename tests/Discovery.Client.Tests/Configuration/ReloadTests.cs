using Discovery.Client.Registration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Xunit;

namespace Discovery.Client.Tests.Configuration;

public sealed class ReloadTests
{
    private static readonly (string, string?)[] Start =
        [("Discovery:Backend", "fake"), ("Discovery:Fake:Endpoints:0", "http://a:1"), ("Discovery:DrainDelay", "1s"), ("Discovery:Services:s:Backend", "eu"), ("Discovery:Backends:eu:Type", "fake"), ("Discovery:Backends:eu:Endpoints:0", "http://e:1")];

    [Fact]
    public async Task ChangedValue_IsFollowedAndToldOnce()
    {
        var (setup, configuration) = Make();
        await using var _ = setup;
        List<double> seen = [];
        using var subscription = setup.Services.GetRequiredService<IOptionsMonitor<DiscoveryClientOptions>>().OnChange(options => seen.Add(options.DrainDelay.TotalSeconds));
        Change(configuration, ("Discovery:DrainDelay", "2s"));
        Assert.Equal(2, setup.Options.DrainDelay.TotalSeconds);
        Assert.Equal([2d], seen);
        Assert.DoesNotContain(setup.Logs.Lines, line => line.Level >= LogLevel.Warning);
    }

    [Fact]
    public async Task Start_WhoeverAsksForTheOptions_BindsThemOnce()
    {
        var bound = 0;
        await using var setup = new ConfigurationSetup(ConfigurationSetup.Pairs(Start), services => services.Configure<DiscoveryClientOptions>(_ => bound++));
        setup.Services.GetRequiredService<IStartupValidator>().Validate();
        var first = setup.Services.GetRequiredService<IOptions<DiscoveryClientOptions>>().Value;
        Assert.Same(first, setup.Services.GetRequiredService<IOptionsMonitor<DiscoveryClientOptions>>().CurrentValue);
        _ = setup.Services.GetRequiredService<IServiceRegistrar>();
        Assert.Equal(1, bound);
    }

    [Fact]
    public async Task WrongReload_KeepsTheLastGoodAndLogsOneLine()
    {
        var (setup, configuration) = Make();
        await using var _ = setup;
        Change(configuration, ("Discovery:DrainDelay", "5"), ("Discovery:Selector", "x"), ("Discovery:EmptyHold", "9s"));
        Assert.Equal((1, 45), (setup.Options.DrainDelay.TotalSeconds, setup.Options.EmptyHold.TotalSeconds));

        // File watchers report a change twice, and each scope's snapshot asks again.
        configuration.Reload();
        using (var scope = setup.Services.CreateScope())
        {
            Assert.Equal(1, scope.ServiceProvider.GetRequiredService<IOptionsSnapshot<DiscoveryClientOptions>>().Value.DrainDelay.TotalSeconds);
        }

        var line = Assert.Single(setup.Logs.Of("ReloadRejected"));
        Assert.Contains("Discovery:DrainDelay is '5'", line, StringComparison.Ordinal);
        Assert.Contains("Discovery:Selector is 'x'", line, StringComparison.Ordinal);

        Change(configuration, ("Discovery:DrainDelay", "3s"), ("Discovery:Selector", "random"));
        Assert.Equal((3, 9), (setup.Options.DrainDelay.TotalSeconds, setup.Options.EmptyHold.TotalSeconds));
        Assert.Single(setup.Logs.Of("ReloadAccepted"));
    }

    [Fact]
    public async Task CodeThatThrowsOnReload_ReachesNobodyElse()
    {
        var configuration = ConfigurationSetup.Pairs(Start);
        var broken = false;
        await using var setup = new ConfigurationSetup(configuration, services => services.Configure<DiscoveryClientOptions>(_ =>
        {
            if (broken)
            {
                throw new InvalidOperationException("ours");
            }
        }));
        var before = setup.Options;
        broken = true;
        configuration.Reload();
        Assert.Same(before, setup.Options);
        Assert.Contains("ours", Assert.Single(setup.Logs.Of("ReloadRejected")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ChangedBackend_IsRefusedWithOneLine_AndTheRestHolds()
    {
        var (setup, configuration) = Make();
        await using var _ = setup;
        Change(configuration, ("Discovery:Backend", "memory"), ("Discovery:Services:s:Backend", "fake"), ("Discovery:DrainDelay", "2s"));
        configuration.Reload();
        Assert.Equal(("fake", "eu", 2), (setup.Options.Backend, setup.Options.Services["s"].Backend, setup.Options.DrainDelay.TotalSeconds));
        Assert.Equal("fake", setup.Backends.DefaultName);
        var line = Assert.Single(setup.Logs.Of("BackendChangeRefused"));
        Assert.EndsWith("Discovery:Backend, Discovery:Services:s:Backend", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ChangedBackendOfARegistration_IsRefusedWithOneLine_AndNotMade()
    {
        var (setup, configuration) = MakeRegistered();
        await using var _ = setup;
        var made = setup.Fake.Made.Count;
        Change(configuration, ("Discovery:Registration:Backend", "us"), ("Discovery:Registration:Weight", "2"), ("Discovery:Backends:us:Type", "fake"));
        configuration.Reload();
        Assert.Equal((null, 2d), (setup.Options.Registrations[""].Backend, setup.Options.Registrations[""].Weight));
        Assert.EndsWith(" Discovery:Registration:Backend", Assert.Single(setup.Logs.Of("BackendChangeRefused")), StringComparison.Ordinal);
        Assert.Equal(made, setup.Fake.Made.Count);
    }

    [Theory]
    [InlineData("Discovery:Registration:ServiceName", "other", "Discovery:Registration:ServiceName")]
    [InlineData("Discovery:Registration:InstanceId", "other", "Discovery:Registration:InstanceId")]
    [InlineData("Discovery:Registration:TimeToLive", "20s", "Discovery:Registration:TimeToLive")]
    [InlineData("Discovery:Registration:Namespace", "other", "Discovery:Registration:Namespace")]
    [InlineData("Discovery:Registration:Group", "other", "Discovery:Registration:Group")]
    [InlineData("Discovery:Registrations:more:Address", "http://a:3", "Discovery:Registrations:more")]
    public async Task ChangedIdentityOfARegistration_IsRefusedWithOneLine_AndTheRestHolds(string key, string value, string path)
    {
        var (setup, configuration) = MakeRegistered();
        await using var _ = setup;
        var before = setup.Options.Registrations[""];
        configuration["Discovery:Registration:Version"] = "2";
        Change(configuration, path.EndsWith("more", StringComparison.Ordinal) ? [(key, value), ($"{path}:ServiceName", "more")] : [(key, value)]);
        configuration.Reload();
        var now = Assert.Single(setup.Options.Registrations).Value;
        Assert.Equal((before.ServiceName, before.InstanceId, before.TimeToLive, before.Namespace, before.Group, "2"), (now.ServiceName, now.InstanceId, now.TimeToLive, now.Namespace, now.Group, now.Version));
        Assert.EndsWith($" {path}", Assert.Single(setup.Logs.Of("RegistrationChangeRefused")), StringComparison.Ordinal);
        Assert.Empty(setup.Logs.Of("ReloadRejected"));
    }

    [Fact]
    public async Task RemovedRegistration_IsRefusedWithOneLine()
    {
        var configuration = ConfigurationSetup.Pairs([.. Start, ("Discovery:Registration:ServiceName", "s"), ("Discovery:Registration:Address", "http://a:2")]);
        var removed = false;
        await using var setup = new ConfigurationSetup(configuration, services => services.Configure<DiscoveryClientOptions>(options =>
        {
            if (removed)
            {
                options.Registrations.Clear();
            }
        }));
        _ = setup.Options;
        removed = true;
        configuration.Reload();
        Assert.Equal("s", Assert.Single(setup.Options.Registrations).Value.ServiceName);
        Assert.EndsWith(" Discovery:Registration", Assert.Single(setup.Logs.Of("RegistrationChangeRefused")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task RefusedBackend_ThatIsNone_IsAnErrorAllTheSame()
    {
        var (setup, configuration) = MakeRegistered();
        await using var _ = setup;
        Change(configuration, ("Discovery:Registration:Backend", "fakee"), ("Discovery:DrainDelay", "2s"));
        Assert.Contains("Discovery:Registration:Backend is 'fakee', which is no backend (did you mean 'fake'?).", Assert.Single(setup.Logs.Of("ReloadRejected")), StringComparison.Ordinal);
        Assert.Equal(1, setup.Options.DrainDelay.TotalSeconds);
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 0)]
    public async Task ChangedBackendSection_IsRefusedUnlessTheBackendFollowsIt(bool follows, int lines)
    {
        var configuration = ConfigurationSetup.Pairs([.. Start[1..], ("Discovery:Backend", "mine"), ("Discovery:Mine:Endpoints:0", "http://a:1")]);
        await using var setup = new ConfigurationSetup(configuration, services => services.AddSingleton<IRegistryBackendFactory>(new FakeBackendFactory("mine") { FollowsSettings = follows }));
        _ = setup.Options;
        Change(configuration, ("Discovery:Mine:Endpoints:1", "http://b:1"));
        Assert.Equal(lines, setup.Logs.Of("BackendChangeRefused").Count());
        Assert.All(setup.Logs.Of("BackendChangeRefused"), line => Assert.EndsWith("Discovery:Mine", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task ChangedStaticLists_AreNotRefused()
    {
        var configuration = ConfigurationSetup.Pairs(("Discovery:Backend", "static"), ("Discovery:Static:Services:greeter:0", "http://a:1"));
        await using var setup = new ConfigurationSetup(configuration);
        _ = setup.Options;
        Change(configuration, ("Discovery:Static:Services:greeter:0", "http://b:1"));
        Assert.Empty(setup.Logs.Of("BackendChangeRefused"));
        var read = await setup.Backends.Get("static").Current.ReadAsync(new ServiceQuery("greeter"), TestContext.Current.CancellationToken);
        Assert.Equal("b", Assert.Single(read.Instances).Host);
    }

    [Fact]
    public async Task NewService_MayUseANewBackend()
    {
        var (setup, configuration) = Make();
        await using var _ = setup;
        Change(configuration, ("Discovery:Services:t:Backend", "us"), ("Discovery:Backends:us:Type", "fake"), ("Discovery:Backends:us:Endpoints:0", "http://u:1"));
        Assert.Equal("us", setup.Options.Services["t"].Backend);
        Assert.Contains(setup.Fake.Made, backend => backend.Name == "us");
    }

    private static (ConfigurationSetup Setup, IConfigurationRoot Configuration) MakeRegistered()
        => Make(("Discovery:Registration:ServiceName", "s"), ("Discovery:Registration:Address", "http://a:2"));

    private static (ConfigurationSetup Setup, IConfigurationRoot Configuration) Make(params (string, string?)[] more)
    {
        var configuration = ConfigurationSetup.Pairs([.. Start, .. more]);
        var setup = new ConfigurationSetup(configuration);
        _ = setup.Options;
        return (setup, configuration);
    }

    private static void Change(IConfigurationRoot configuration, params (string Key, string? Value)[] values)
    {
        foreach (var (key, value) in values)
        {
            configuration[key] = value;
        }

        configuration.Reload();
    }
}
