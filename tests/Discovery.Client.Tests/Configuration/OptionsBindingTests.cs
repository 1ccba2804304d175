using Discovery.Client.Registration;
using Discovery.Client.Selection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Discovery.Client.Tests.Configuration;

public sealed class OptionsBindingTests
{
    [Fact]
    public async Task WithoutConfiguration_DefaultsHold()
    {
        await using var setup = new ConfigurationSetup(null, services => services.Configure<DiscoveryClientOptions>(options => options.Backend = "memory"));
        Assert.Equal("peak-ewma", setup.Options.Selector);
        Assert.Equal(TimeSpan.FromSeconds(5), setup.Options.FirstAnswerTimeout);
        Assert.Empty(setup.Options.Services);
        Assert.Empty(setup.Options.Registrations);
    }

    [Fact]
    public async Task AllOfTheSection_IsBound()
    {
        await using var setup = ConfigurationSetup.OfJson("""
            { "Logging": { "Anything": "else" },
              "Discovery": {
                "Backend": "fake",
                "Selector": "round-robin",
                "FirstAnswerTimeout": "2s", "IdleTimeout": "00:05:00", "ResyncInterval": "1m", "EmptyHold": "0s", "DrainDelay": "500ms", "DeregisterTimeout": "00:00:03",
                "Fake": { "Endpoints": ["http://10.0.0.1:1", "https://10.0.0.2:2"], "Timeout": "10s" },
                "Consul": { "Anything": "since nobody reads it" }, "Nacos": { "Endpoints": ["http://127.0.0.1:8848"] }, "ZooKeeper": {}, "Eureka": {}, "Etcd": {},
                "Backends": { "fake-eu": { "Type": "fake", "Endpoints": ["http://10.1.0.1:1"] } },
                "Registration": { "ServiceName": "orders", "Address": "http://10.0.0.5:8080/api", "InstanceId": "orders-1", "Backend": "fake-eu", "TimeToLive": "30s", "Weight": 2.5,
                  "Zone": "a", "Version": "1.4", "Status": "starting", "Namespace": "prod", "Group": "g", "Endpoints": { "admin": "http://10.0.0.5:9090" }, "Metadata": { "Team": "blue", "empty": "" } },
                "Registrations": { "admin": { "ServiceName": "orders-admin", "Address": "grpc://[::1]:9090" } },
                "Services": { "search": { "Name": "search/v2", "Selector": "random", "Backend": "fake-eu", "Namespace": "n", "Group": "g", "Datacenter": "dc2", "HostHeader": "metadata:host", "FallBackToDns": true },
                  "plain": {} } } }
            """);

        var options = setup.Options;
        Assert.Equal(("fake", "round-robin"), (options.Backend, options.Selector));
        Assert.Equal(
            [2000, 300_000, 60_000, 0, 500, 3000],
            new[] { options.FirstAnswerTimeout, options.IdleTimeout, options.ResyncInterval, options.EmptyHold, options.DrainDelay, options.DeregisterTimeout }.Select(value => value.TotalMilliseconds));

        var search = options.Services["SEARCH"];
        Assert.Equal(
            ("search/v2", "random", "fake-eu", "n", "g", "dc2", "metadata:host", true),
            (search.Name, search.Selector, search.Backend, search.Namespace, search.Group, search.Datacenter, search.HostHeader, search.FallBackToDns));
        Assert.False(options.Services.ContainsKey("consul"));

        var orders = options.Registrations[""];
        Assert.Equal(
            ("orders", new Uri("http://10.0.0.5:8080/api"), "orders-1", "fake-eu", TimeSpan.FromSeconds(30), 2.5, "a", "1.4", ServiceStatus.Starting, "prod", "g"),
            (orders.ServiceName, orders.Address, orders.InstanceId, orders.Backend, orders.TimeToLive, orders.Weight, orders.Zone, orders.Version, orders.Status, orders.Namespace, orders.Group));
        Assert.Equal(new Uri("http://10.0.0.5:9090"), Assert.Single(orders.Endpoints).Value);
        Assert.Equal(new Dictionary<string, string> { ["Team"] = "blue", ["empty"] = "" }, orders.Metadata);
        Assert.Equal(new Uri("grpc://[::1]:9090"), options.Registrations["admin"].Address);

        Assert.Equal(["fake", "fake-eu"], setup.Fake.Made.Select(backend => backend.Name));
        Assert.Equal(TimeSpan.FromSeconds(10), setup.Fake.Made[0].Timeout);
    }

    [Fact]
    public async Task ConfiguredList_ReplacesTheDefault()
    {
        // The generated binder would have added it to http://127.0.0.1:1, and half of production's traffic would go to this machine.
        await using var setup = ConfigurationSetup.OfJson("""{"Discovery":{"Backend":"fake","Fake":{"Endpoints":["http://10.0.0.1:1"]}}}""");
        _ = setup.Options;
        Assert.Equal([new Uri("http://10.0.0.1:1")], Assert.Single(setup.Fake.Made).Endpoints);
    }

    [Fact]
    public async Task EmptyList_IsEmpty()
    {
        await using var setup = ConfigurationSetup.OfJson("""{"Discovery":{"Backend":"fake","Fake":{"Endpoints":[]}}}""");
        Assert.Equal("Discovery:Fake:Endpoints is missing: give at least one address.", Assert.Single(setup.Errors));
    }

    [Fact]
    public async Task Requests_OfAService_InheritWhatTheyDoNotSay()
    {
        await using var setup = ConfigurationSetup.OfJson("""
            {"Discovery":{"Backend":"fake","Fake":{"Endpoints":["http://10.0.0.1:1"]},
            "Requests":{"Retry":{"MaxAttempts":3,"OnStatus":false,"BudgetPercent":5},"Hedging":{"Delay":"200ms","MaxAttempts":3},"CircuitBreaker":{"BreakTime":"5s","FailFast":true}},
            "Services":{"a":{"Requests":{"Retry":{"MaxSent":1,"BudgetPerSecond":2},"Hedging":{"Delay":"0s"},"CircuitBreaker":{"Window":"1m","MinRequests":7}}},"b":{}}}}
            """);
        var (all, a) = (setup.Options.Requests, setup.Options.Services["a"].Requests!);

        Assert.Equal((3, 2, false, 5, 10), (all.Retry.MaxAttempts, all.Retry.MaxSent, all.Retry.OnStatus, all.Retry.BudgetPercent, all.Retry.BudgetPerSecond));
        Assert.Equal((3, 1, false, 5, 2), (a.Retry.MaxAttempts, a.Retry.MaxSent, a.Retry.OnStatus, a.Retry.BudgetPercent, a.Retry.BudgetPerSecond));
        Assert.Equal((200, 3, 0, 3), (all.Hedging.Delay.TotalMilliseconds, all.Hedging.MaxAttempts, a.Hedging.Delay.TotalMilliseconds, a.Hedging.MaxAttempts));
        Assert.Equal((5, 30, 10, 50, true, true), Circuit(all));
        Assert.Equal((5, 60, 7, 50, true, true), Circuit(a));
        Assert.Null(setup.Options.Services["b"].Requests);

        static (double, double, int, double, bool, bool) Circuit(RequestOptions options)
            => options.CircuitBreaker is var circuit ? (circuit.BreakTime.TotalSeconds, circuit.Window.TotalSeconds, circuit.MinRequests, circuit.FailurePercent, circuit.FailFast, circuit.Enabled) : default;
    }

    [Fact]
    public async Task Selection_OfAService_InheritsWhatItDoesNotSay()
    {
        await using var setup = ConfigurationSetup.OfJson("""
            {"Discovery":{"Backend":"fake","Fake":{"Endpoints":["http://10.0.0.9:9"]},
            "Selection":{"PeakEwma":{"DecayTime":"5s","InitialLatency":"10ms"},"ConsistentHash":{"Algorithm":"maglev","LoadFactor":2}},
            "Services":{"a":{"Selection":{"PeakEwma":{"DecayTime":"1s"},"ConsistentHash":{"LoadFactor":0}}},"b":{}}}}
            """);
        var (all, a) = (setup.Options.Selection, setup.Options.Services["a"].Selection!);

        Assert.Equal((TimeSpan.FromSeconds(5), TimeSpan.FromMilliseconds(10), TimeSpan.FromSeconds(5)), (all.PeakEwma.DecayTime, all.PeakEwma.InitialLatency, all.PeakEwma.FailureLatency));
        Assert.Equal((TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(10)), (a.PeakEwma.DecayTime, a.PeakEwma.InitialLatency));
        Assert.Equal((ConsistentHashAlgorithm.Maglev, 2, 65_537, 160), (all.ConsistentHash.Algorithm, all.ConsistentHash.LoadFactor, all.ConsistentHash.TableSize, all.ConsistentHash.RingPoints));
        Assert.Equal((ConsistentHashAlgorithm.Maglev, 0), (a.ConsistentHash.Algorithm, a.ConsistentHash.LoadFactor));
        Assert.Null(setup.Options.Services["b"].Selection);
    }

    [Fact]
    public async Task Selection_OfAService_ReplacesWhatExcludesItAndTakesBackWhatIsEmpty()
    {
        await using var setup = ConfigurationSetup.OfJson("""
            {"Discovery":{"Backend":"fake","Fake":{"Endpoints":["http://10.0.0.9:9"]},
            "Selection":{"Priority":{"Metadata":"tier"},"Key":{"Header":"X-Customer"},"Zone":{"Local":"here"}},
            "Services":{
              "zones":{"Selection":{"Priority":{"Zones":["a"]}}},
              "none":{"Selection":{"Priority":{"Metadata":""},"Key":{"Header":""},"Zone":{"Local":""}}},
              "same":{"Selection":{"Priority":{"Overprovisioning":2}}}}}}
            """);
        SelectionOptions Of(string service) => setup.Options.Services[service].Selection!;

        Assert.Equal((null, "a"), (Of("zones").Priority.Metadata, Assert.Single(Of("zones").Priority.Zones)));
        Assert.Equal((null, null, null), (Of("none").Priority.Metadata, Of("none").Key.Header, Of("none").Zone.Local));
        Assert.Equal(("tier", "X-Customer", "here"), (Of("same").Priority.Metadata, Of("same").Key.Header, Of("same").Zone.Local));
    }

    [Fact]
    public async Task Routing_OfAService_ItsOwnRoutesAndTheInheritedRest()
    {
        await using var setup = ConfigurationSetup.OfJson("""
            {"Discovery":{"Backend":"fake","Fake":{"Endpoints":["http://10.0.0.9:9"]},
            "Selection":{"Key":{"Header":"X-Customer"},"Sticky":{"Enabled":true,"IdleTimeout":"5m"},"Priority":{"Zones":["a","b"]},"Panic":{"Threshold":30},
            "Routing":{"VersionHeader":"X-Version","Fallback":"any","Routes":{"all":{"Match":{"Version":"1"}}}}},
            "Services":{"a":{"Selection":{"Key":{"Cookie":"session"},"Sticky":{"MaxKeys":1000},"Routing":{"Default":{"Version":"1"},
            "Routes":{"canary":{"Match":{"Metadata":{"Color":"blue"}},"Percent":2.5,"Header":"X-Canary","HeaderValue":"yes","Fallback":"keep"}}}}}}}}
            """);
        var (all, a) = (setup.Options.Selection, setup.Options.Services["a"].Selection!);

        Assert.Equal(("1", null), (all.Routing.Routes["all"].Match.Version, all.Routing.Routes["all"].Percent));
        var (name, route) = Assert.Single(a.Routing.Routes);
        Assert.Equal(("canary", 2.5, "X-Canary", "yes", RoutingFallback.Keep), (name, route.Percent, route.Header, route.HeaderValue, route.Fallback));
        Assert.Equal("blue", route.Match.Metadata["Color"]);
        Assert.Equal(("X-Version", RoutingFallback.Any, "1"), (a.Routing.VersionHeader, a.Routing.Fallback, a.Routing.Default.Version));
        Assert.Equal(("X-Customer", "session"), (a.Key.Header, a.Key.Cookie));
        Assert.Equal((true, TimeSpan.FromMinutes(5), 1000), (a.Sticky.Enabled, a.Sticky.IdleTimeout, a.Sticky.MaxKeys));
        Assert.Equal(["a", "b"], a.Priority.Zones);
        Assert.Equal(30, a.Panic.Threshold);
    }

    [Fact]
    public async Task EnvironmentAndCommandLine_AreConfigurationLikeAnyOther()
    {
        // As the environment provider makes it of DISCOVERY__SERVICES__SEARCH__FALLBACKTODNS and the like; the command line comes last and wins.
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([new("DISCOVERY:BACKEND", "memory"), new("DISCOVERY:SERVICES:SEARCH:FALLBACKTODNS", "TRUE"), new("DISCOVERY:FAKE:ENDPOINTS:0", "http://10.0.0.9:9"), new("DISCOVERY:SELECTOR", "")])
            .AddCommandLine(["--Discovery:Backend=fake", "--Discovery:DrainDelay", "3s"])
            .Build();
        await using var setup = new ConfigurationSetup(configuration);
        Assert.Equal("fake", setup.Options.Backend);
        Assert.Equal("peak-ewma", setup.Options.Selector);
        Assert.Equal(TimeSpan.FromSeconds(3), setup.Options.DrainDelay);
        Assert.True(setup.Options.Services["search"].FallBackToDns);
        Assert.Equal([new Uri("http://10.0.0.9:9")], setup.Fake.Made[0].Endpoints);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Code_WinsOverConfiguration_WhicheverIsAddedFirst(bool codeFirst)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(ConfigurationSetup.Pairs(("Discovery:Backend", "memory"), ("Discovery:DrainDelay", "9s"), ("Discovery:EmptyHold", "9s")));
        if (codeFirst)
        {
            services.Configure<DiscoveryClientOptions>(options => options.DrainDelay = TimeSpan.FromSeconds(2));
            services.AddDiscoveryClient();
        }
        else
        {
            services.AddDiscoveryClient(options => options.DrainDelay = TimeSpan.FromSeconds(2));
        }

        await using var provider = services.BuildServiceProvider();
        var result = provider.GetRequiredService<Microsoft.Extensions.Options.IOptions<DiscoveryClientOptions>>().Value;
        Assert.Equal((2, 9), (result.DrainDelay.TotalSeconds, result.EmptyHold.TotalSeconds));
    }

    [Fact]
    public async Task RegistrationFromCode_NeedsNoConfiguration()
    {
        await using var setup = new ConfigurationSetup(ConfigurationSetup.Pairs(("Discovery:Backend", "memory")), services => services.Configure<DiscoveryClientOptions>(
            options => options.Registrations["a"] = new RegistrationOptions { ServiceName = "orders", Address = new Uri("http://10.0.0.5:8080") }));
        Assert.Equal("orders", setup.Options.Registrations["a"].ServiceName);
    }

    [Fact]
    public async Task ThousandServices_AreBoundInAMoment()
    {
        var pairs = Enumerable.Range(0, 1000).SelectMany(i => new[] { ($"Discovery:Services:service-{i}:Name", (string?)$"name-{i}"), ($"Discovery:Services:service-{i}:Selector", "random") });
        await using var setup = ConfigurationSetup.Of([("Discovery:Backend", "memory"), .. pairs]);
        var began = TimeProvider.System.GetTimestamp();
        Assert.Equal(1000, setup.Options.Services.Count);
        Assert.InRange(TimeProvider.System.GetElapsedTime(began).TotalSeconds, 0, 10);
        TestContext.Current.TestOutputHelper!.WriteLine(TimeProvider.System.GetElapsedTime(began).ToString());
    }
}
