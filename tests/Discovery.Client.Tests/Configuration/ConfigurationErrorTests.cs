using Discovery.Client.Registration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;

namespace Discovery.Client.Tests.Configuration;

public sealed class ConfigurationErrorTests
{
    private const string Known = "Backend, Backends, Consul, DeregisterTimeout, DrainDelay, EmptyHold, Etcd, Eureka, fake, FirstAnswerTimeout, IdleTimeout, Local, Memory, Nacos, Registration, Registrations, "
        + "Requests, ResyncInterval, Selection, Selector, Services, Static, ZooKeeper";

    [Theory]
    [InlineData("""{"Backnd":"consul"}""", "Discovery:Backnd is not a known key (did you mean 'Backend'?).")]
    [InlineData("""{"Konsul":{"Endpoints":[]}}""", "Discovery:Konsul is not a known key (did you mean 'Consul'?).")]
    [InlineData("""{"Xyzzy":1}""", "Discovery:Xyzzy is not a known key (known are " + Known + ").")]
    [InlineData("""{"Services":{"search":{"Selektor":"random"}}}""", "Discovery:Services:search:Selektor is not a known key (did you mean 'Selector'?).")]
    [InlineData("""{"Registration":{"ServiceName":"a","Address":"http://a:1","Adress":"http://b:1"}}""", "Discovery:Registration:Adress is not a known key (did you mean 'Address'?).")]
    [InlineData("""{"Registrations":{"x":{"ServiceName":"a","Address":"http://a:1","TTL":"3s","TimeToLife":"3s"}}}""",
        "Discovery:Registrations:x:TimeToLife is not a known key (did you mean 'TimeToLive'?).",
        "Discovery:Registrations:x:TTL is not a known key (known are Address, Backend, Endpoints, Group, InstanceId, Metadata, Namespace, ServiceName, Status, TimeToLive, Version, Weight, Zone).")]
    [InlineData("""{"Fake":{"Endpoint":["http://a:1"]}}""", "Discovery:Fake:Endpoint is not a known key (did you mean 'Endpoints'?).")]
    [InlineData("""{"Services":{"s":{"Backend":"eu"}},"Backends":{"eu":{"Type":"fake","Endpont":["http://a:1"]}}}""", "Discovery:Backends:eu:Endpont is not a known key (did you mean 'Endpoints'?).")]
    public async Task UnknownKey_AtEachLevel_NamesTheNearest(string json, params string[] errors) => await AssertErrors(json, errors);

    [Theory]
    [InlineData("""{"Services":"search"}""", "Discovery:Services is 'search', a section is expected.")]
    [InlineData("""{"Services":["search"]}""", "Discovery:Services:0 is 'search', a section is expected.")]
    [InlineData("""{"Services":{"search":"random"}}""", "Discovery:Services:search is 'random', a section is expected.")]
    [InlineData("""{"Registration":"orders"}""", "Discovery:Registration is 'orders', a section is expected.")]
    [InlineData("""{"Registrations":[{"ServiceName":"a"}]}""", "Discovery:Registrations:0:Address is missing: give the address under which others reach this program, like http://10.0.0.5:8080.")]
    [InlineData("""{"Backends":"fake"}""", "Discovery:Backends is 'fake', a section is expected.")]
    [InlineData("""{"Fake":"http://a:1"}""", "Discovery:Fake is 'http://a:1', a section is expected.")]
    [InlineData("""{"Selector":{"Type":"random"}}""", "Discovery:Selector is a section or list, one value is expected.")]
    [InlineData("""{"DrainDelay":["1s"]}""", "Discovery:DrainDelay is a section or list, one value is expected.")]
    public async Task WrongShape_IsAnError(string json, params string[] errors) => await AssertErrors(json, errors);

    [Theory]
    [InlineData("""{"DrainDelay":10}""", "Discovery:DrainDelay is '10', a duration from 00:00:00 to 5m, as hh:mm:ss or like 500ms, 10s, 5m, 1h is expected.")]
    [InlineData("""{"FirstAnswerTimeout":"1ms"}""", "Discovery:FirstAnswerTimeout is '1ms', a duration from 10ms to 10m, as hh:mm:ss or like 500ms, 10s, 5m, 1h is expected.")]
    [InlineData("""{"Services":{"s":{"FallBackToDns":"yes"}}}""", "Discovery:Services:s:FallBackToDns is 'yes', true or false is expected.")]
    [InlineData("""{"Services":{"s":{"HostHeader":"metadata:"}}}""", "Discovery:Services:s:HostHeader is 'metadata:'; instance, logical, metadata:KEY or a host name is expected.")]
    [InlineData("""{"Services":{"s":{"HostHeader":"http://a"}}}""", "Discovery:Services:s:HostHeader is 'http://a'; instance, logical, metadata:KEY or a host name is expected.")]
    [InlineData("""{"Services":{"s":{"Name":" s"}}}""", "Discovery:Services:s:Name is wrong: ' s' is not a valid service name: it begins or ends with white space.")]
    [InlineData("""{"Fake":{"Timeout":"5"}}""", "Discovery:Fake:Timeout is '5', a duration from 1ms to 1m, as hh:mm:ss or like 500ms, 10s, 5m, 1h is expected.")]
    [InlineData("""{"Selection":{"PeakEwma":{"DecayTime":"1ms"}}}""", "Discovery:Selection:PeakEwma:DecayTime is '1ms', a duration from 100ms to 1h, as hh:mm:ss or like 500ms, 10s, 5m, 1h is expected.")]
    [InlineData("""{"Selection":{"ConsistentHash":{"TableSize":65536}}}""", "Discovery:Selection:ConsistentHash:TableSize is 65536, a prime from 1009 to 5000011 is expected, such as 65537.")]
    [InlineData("""{"Selection":{"ConsistentHash":{"LoadFactor":1}}}""", "Discovery:Selection:ConsistentHash:LoadFactor is 1, a number from 1.01 to 100, or 0 for no bound, is expected.")]
    [InlineData("""{"Services":{"s":{"Selection":{"ConsistentHash":{"RingPoints":0}}}}}""", "Discovery:Services:s:Selection:ConsistentHash:RingPoints is 0, a whole number from 1 to 4096 is expected.")]
    [InlineData("""{"Services":{"s":{"Selection":{"ConsistentHash":{"Algorithm":"jump"}}}}}""", "Discovery:Services:s:Selection:ConsistentHash:Algorithm is 'jump', one of Auto, Rendezvous, Maglev, Ring is expected.")]
    [InlineData("""{"Requests":{"Retry":{"MaxAttempts":0}}}""", "Discovery:Requests:Retry:MaxAttempts is 0, a number from 1 to 16 is expected.")]
    [InlineData("""{"Requests":{"Retry":{"MaxAttempt":1}}}""", "Discovery:Requests:Retry:MaxAttempt is not a known key (did you mean 'MaxAttempts'?).")]
    [InlineData("""{"Services":{"s":{"Requests":{"Retry":{"BudgetPercent":1001}}}}}""", "Discovery:Services:s:Requests:Retry:BudgetPercent is 1001, a number from 0 to 1000 is expected.")]
    [InlineData("""{"Requests":{"Hedging":{"Delay":"2h"}}}""", "Discovery:Requests:Hedging:Delay is '2h', a duration from 00:00:00 to 1h, as hh:mm:ss or like 500ms, 10s, 5m, 1h is expected.")]
    [InlineData("""{"Requests":{"Hedging":{"MaxAttempts":1}}}""", "Discovery:Requests:Hedging:MaxAttempts is 1, a number from 2 to 10 is expected.")]
    [InlineData("""{"Requests":{"CircuitBreaker":{"FailurePercent":0}}}""", "Discovery:Requests:CircuitBreaker:FailurePercent is 0, a number from 1 to 100 is expected.")]
    [InlineData("""{"Requests":{"CircuitBreaker":{"BreakTime":"1ms"}}}""", "Discovery:Requests:CircuitBreaker:BreakTime is '1ms', a duration from 500ms to 24h, as hh:mm:ss or like 500ms, 10s, 5m, 1h is expected.")]
    [InlineData("""{"Selection":{"Outlier":{"MaxEjectedPercent":101}}}""", "Discovery:Selection:Outlier:MaxEjectedPercent is 101, a number from 0 to 100 is expected.")]
    [InlineData("""{"Selection":{"Outlier":{"ConsecutiveFailures":-1}}}""", "Discovery:Selection:Outlier:ConsecutiveFailures is -1, a number from 0 to 10000 is expected.")]
    [InlineData("""{"Selection":{"Panic":{"Threshold":50.5}}}""", "Discovery:Selection:Panic:Threshold is '50.5', a whole number is expected.")]
    [InlineData("""{"Requests":{"Retry":{"BudgetPercent":"a fifth"}}}""", "Discovery:Requests:Retry:BudgetPercent is 'a fifth', a number is expected.")]
    [InlineData("""{"Selection":{"Subset":{"Size":5,"PeerIndex":-1,"PeerCount":3}}}""", "Discovery:Selection:Subset:PeerIndex is -1, a number from 0 to 2 is expected.")]
    [InlineData("""{"Selection":{"Routing":{"VersionHeader":"X Version:"}}}""", "Discovery:Selection:Routing:VersionHeader is 'X Version:', which is no name of a header.")]
    [InlineData("""{"Selection":{"Key":{"Header":"X Customer"}}}""", "Discovery:Selection:Key:Header is 'X Customer', which is no name of a header.")]
    [InlineData("""{"Selection":{"Routing":{"Routes":{"a":{"Match":{"Version":"1"},"Header":"a b"}}}}}""", "Discovery:Selection:Routing:Routes:a:Header is 'a b', which is no name of a header.")]
    [InlineData("""{"Selection":{"Outlier":{"Interval":"1ms"}}}""", "Discovery:Selection:Outlier:Interval is '1ms', a duration from 1s to 1h, as hh:mm:ss or like 500ms, 10s, 5m, 1h is expected.")]
    [InlineData("""{"Services":{"s":{"Selection":{"SlowStart":{"Floor":0}}}}}""", "Discovery:Services:s:Selection:SlowStart:Floor is 0, a number from 0.001 to 1 is expected.")]
    [InlineData("""{"Selection":{"Zone":{"Overprovisioning":0.5}}}""", "Discovery:Selection:Zone:Overprovisioning is 0.5, a number from 1 to 100 is expected.")]
    [InlineData("""{"Selection":{"Panic":{"Threshold":101}}}""", "Discovery:Selection:Panic:Threshold is 101, a number from 0 to 100 is expected.")]
    [InlineData("""{"Selection":{"Priority":{"Overprovisioning":0}}}""", "Discovery:Selection:Priority:Overprovisioning is 0, a number from 1 to 100 is expected.")]
    [InlineData("""{"Selection":{"Priority":{"Metadata":"tier","Zones":["a"]}}}""", "Discovery:Selection:Priority:Zones is given beside Discovery:Selection:Priority:Metadata: an instance's level comes from one of them.")]
    [InlineData("""{"Services":{"s":{"Selection":{"Routing":{"Routes":{"canary":{"Percent":5}}}}}}}""", "Discovery:Services:s:Selection:Routing:Routes:canary:Match is missing: give the version or the metadata of the instances that the route is for.")]
    [InlineData("""{"Selection":{"Routing":{"Routes":{"a":{"Match":{"Version":"1"},"Percent":60},"b":{"Match":{"Version":"2"},"Percent":60}}}}}""", "Discovery:Selection:Routing:Routes has 120 % in all, no more than 100 are expected.")]
    [InlineData("""{"Selection":{"Routing":{"Routes":{"a":{"Match":{"Version":"1"},"HeaderValue":"x"}}}}}""", "Discovery:Selection:Routing:Routes:a:Header is missing: a value goes with a header.")]
    [InlineData("""{"Selection":{"Routing":{"Fallback":"none"}}}""", "Discovery:Selection:Routing:Fallback is 'none', one of Default, Any, Keep is expected.")]
    [InlineData("""{"Selection":{"Routing":{"Routes":{"a":{"Match":{"Verson":"1","Metadata":{"x":"y"}}}}}}}""", "Discovery:Selection:Routing:Routes:a:Match:Verson is not a known key (did you mean 'Version'?).")]
    [InlineData("""{"Selection":{"Sticky":{"MaxKeys":1}}}""", "Discovery:Selection:Sticky:MaxKeys is 1, a whole number from 100 to 10000000 is expected.")]
    [InlineData("""{"Selection":{"Sticky":{"IdleTimeout":"1ms"}}}""", "Discovery:Selection:Sticky:IdleTimeout is '1ms', a duration from 1s to 168h, as hh:mm:ss or like 500ms, 10s, 5m, 1h is expected.")]
    [InlineData("""{"Selection":{"Subset":{"PeerIndex":3}}}""", "Discovery:Selection:Subset:PeerCount is missing: index and count of peers go together.")]
    [InlineData("""{"Selection":{"Subset":{"PeerIndex":3,"PeerCount":3}}}""", "Discovery:Selection:Subset:PeerIndex is 3, a number from 0 to 2 is expected.")]
    [InlineData("""{"Selector":"LeastRequest"}""", "Discovery:Selector is 'LeastRequest', which is no selector (did you mean 'least-requests'?).")]
    [InlineData("""{"Services":{"s":{"Selector":"magic"}}}""", "Discovery:Services:s:Selector is 'magic', which is no selector (known are consistent-hash, least-requests, peak-ewma, pick-first, random, round-robin, weighted-random, weighted-round-robin).")]
    public async Task WrongValue_NamesItsPath(string json, params string[] errors) => await AssertErrors(json, errors);

    [Theory]
    [InlineData("""{"Services":{"s":{"Backend":"fakee"}}}""", "Discovery:Services:s:Backend is 'fakee', which is no backend (did you mean 'fake'?).")]
    [InlineData("""{"Services":{"s":{"Backend":"zookeeper"}}}""", "Discovery:Services:s:Backend is 'zookeeper', which is planned and not part of this version (known are consul, etcd, fake, local, memory, nacos, static).")]
    [InlineData("""{"Services":{"s":{"Backend":"consul"}}}""", "Discovery:Services:s:Backend is 'consul', whose package is referenced but not added: call AddServiceDiscovery(), or AddDiscoveryClient().AddConsul().")]
    [InlineData("""{"Backends":{"eu":{"Type":"fak"}}}""", "Discovery:Backends:eu:Type is 'fak', which is no backend (did you mean 'fake'?).")]
    [InlineData("""{"Backends":{"consul":{"Type":"fake"}}}""", "Discovery:Backends:consul has the name of a backend type, choose another one.")]
    [InlineData("""{"Registration":{"ServiceName":"a","Address":"http://a:1","Backend":"us"},"Backends":{"eu":{"Type":"fake"}}}""", "Discovery:Registration:Backend is 'us', which is no backend (known are eu, {types}).")]
    public async Task UnknownBackend_SuggestsOrLists(string json, params string[] errors) => await AssertErrors(json, errors);

    [Theory]
    [InlineData("""{"Registration":{"ServiceName":"a","Address":"localhost:5000"}}""", "Discovery:Registration:Address is 'localhost:5000', an absolute address like http://host:port is expected.")]
    [InlineData("""{"Registration":{"ServiceName":"a","Address":"http://*:5000"}}""", "Discovery:Registration:Address is 'http://*:5000', an absolute address like http://host:port is expected.")]
    [InlineData("""{"Registration":{"ServiceName":"a","Address":["http://a:1"]}}""", "Discovery:Registration:Address is a section or list, one value is expected.")]
    [InlineData("""{"Fake":{"Endpoints":["127.0.0.1:8501"]}}""", "Discovery:Fake:Endpoints:0 is '127.0.0.1:8501', an absolute address like http://host:port is expected.")]
    [InlineData("""{"Services":{"s":{"Backend":"eu"}},"Backends":{"eu":{"Endpoints":["http://a:1"]}}}""", "Discovery:Backends:eu:Type is missing (known are {types}).")]
    [InlineData("""{"Services":{"s":{"Backend":"eu"}},"Backends":{"eu":{"Type":"fak"}}}""", "Discovery:Backends:eu:Type is 'fak', which is no backend (did you mean 'fake'?).")]
    [InlineData("""{"Services":{"s":{"Backend":"eu"}},"Backends":{"eu":"fake"}}""", "Discovery:Backends:eu is 'fake', a section is expected.")]
    [InlineData("""{"Registrations":{"ServiceName":"w"}}""",
        "Discovery:Registrations:ServiceName is one value, a section is expected: each registration under a key of your choice, or the only one under Discovery:Registration.")]
    public async Task WhatFollowsFromAnError_IsNotSaid(string json, string error) => await AssertErrors(json, error);

    [Fact]
    public async Task BackendWithoutType_ListsTheTypes()
        => await AssertErrors("""{"Backends":{"eu":{"Endpoints":["http://a:1"]}}}""", "Discovery:Backends:eu:Type is missing (known are {types}).");

    [Theory]
    [InlineData("\"ServiceName\":\"a\"", "Discovery:Registration:Address is missing: give the address under which others reach this program, like http://10.0.0.5:8080.")]
    [InlineData("\"Address\":\"http://a:1\"", "Discovery:Registration:ServiceName is missing: give the name under which others find this program.")]
    [InlineData("\"ServiceName\":\"a\",\"Address\":\"http://0.0.0.0:80\"", "Discovery:Registration:Address is 'http://0.0.0.0:80': '0.0.0.0' stands for every interface to listen on; others need a host they can connect to.")]
    [InlineData("\"ServiceName\":\"a\",\"Address\":\"http://[::]:80\"", "Discovery:Registration:Address is 'http://[::]:80': '::' stands for every interface to listen on; others need a host they can connect to.")]
    [InlineData("\"ServiceName\":\"a\",\"Address\":\"http://[::ffff:0.0.0.0]:80\"", "Discovery:Registration:Address is 'http://[::ffff:0.0.0.0]:80': '::ffff:0:0' stands for every interface to listen on; others need a host they can connect to.")]
    [InlineData("\"ServiceName\":\"a\",\"Address\":\"http://u:secret@a:1\"", "Discovery:Registration:Address has user information, which cannot be registered.")]
    [InlineData("\"ServiceName\":\"a\",\"Address\":\"tcp://a\"", "Discovery:Registration:Address is 'tcp://a': a port from 1 to 65535 is needed, there is none.")]
    [InlineData("\"ServiceName\":\"a\",\"Address\":\"http://a:0\"", "Discovery:Registration:Address is 'http://a:0': port 0 stands for any free one; others need the port it became.")]
    [InlineData("\"ServiceName\":\"a\",\"Address\":\"http://a:1/?x\"", "Discovery:Registration:Address is 'http://a:1/?x', which has a query or a fragment: only scheme, host, port and path are registered.")]
    [InlineData("\"ServiceName\":\"a\",\"Address\":\"http://a:1\",\"Endpoints\":{\"admin\":\"tcp://a\"}", "Discovery:Registration:Endpoints:admin is 'tcp://a': a port from 1 to 65535 is needed, there is none.")]
    [InlineData("\"ServiceName\":\"a\",\"Address\":\"http://a:1\",\"Weight\":-1", "Discovery:Registration:Weight is '-1', a number from 0 to 65535 is expected.")]
    [InlineData("\"ServiceName\":\"a\",\"Address\":\"http://a:1\",\"Status\":\"ok\"", "Discovery:Registration:Status is 'ok', one of Up, Warning, Starting, Down, OutOfService is expected.")]
    [InlineData("\"ServiceName\":\"a\\u0001\",\"Address\":\"http://a:1\"", "Discovery:Registration:ServiceName is wrong: 'a\\u0001' is not a valid service name: it has the control character U+0001 at position 1.")]
    public async Task WrongRegistration_NamesItsPath(string registration, string error)
        => await AssertErrors($"{{\"Registration\":{{{registration}}}}}", error);

    [Theory]
    [InlineData("""{"Registration":{"ServiceName":"a","Address":"http://a:1","Backend":"static"},"Static":{"Services":{"o":"http://b:1"}}}""",
        "Discovery:Registration:Backend is 'static', which cannot register instances: name a backend that can.")]
    [InlineData("""{"Registrations":{"x":{"ServiceName":"a","Address":"http://a:1"}},"Backend":"static","Static":{"Services":{"o":"http://b:1"}}}""",
        "Discovery:Registrations:x:Backend is not set, and Discovery:Backend is 'static', which cannot register instances: name a backend that can.")]
    public async Task RegistrationOnABackendThatCannotRegister_NamesItsPath(string json, string error)
    {
        await using var setup = ConfigurationSetup.OfJson($"{{\"Discovery\":{json}}}");
        Assert.Equal([error], setup.Errors);
    }

    [Fact]
    public async Task SameInstanceTwice_IsAnError()
        => await AssertErrors(
            """{"Registrations":{"a":{"ServiceName":"s","Address":"http://a:1"},"b":{"ServiceName":"s","Address":"http://a:1"},"c":{"ServiceName":"s","Address":"http://a:2"}}}""",
            "Discovery:Registrations:b registers the same instance as Discovery:Registrations:a.");

    [Fact]
    public async Task AllErrors_AreInOneMessage()
    {
        await using var setup = ConfigurationSetup.OfJson("""
            {"Discovery":{"Backend":"fake","DrainDelay":"10","Backnd":"x","Registration":{"ServiceName":"a"},"Fake":{"Endpoints":[],"Tiemout":"1s"},"Selector":"none"}}
            """);
        var exception = Assert.Throws<DiscoveryConfigurationException>(() => setup.Options);
        Assert.Equal(6, exception.Errors.Count);
        Assert.All(exception.Errors, error => Assert.Contains(error, exception.Message, StringComparison.Ordinal));
        Assert.Equal(7, exception.Message.Split(Environment.NewLine).Length);
    }

    [Fact]
    public async Task ScalarForTheWholeSection_IsAnError()
    {
        await using var setup = ConfigurationSetup.Of(("Discovery", "consul"));
        Assert.Contains("Discovery is 'consul', a section is expected.", setup.Errors);
    }

    [Fact]
    public async Task WrongValuesFromCode_AreErrorsToo()
    {
        await using var setup = new ConfigurationSetup(ConfigurationSetup.Pairs(("Discovery:Backend", "memory")), services => services.Configure<DiscoveryClientOptions>(options =>
        {
            options.FirstAnswerTimeout = TimeSpan.Zero;
            options.Registrations["x"] = new RegistrationOptions { ServiceName = "s", Address = new Uri("/relative", UriKind.Relative), TimeToLive = TimeSpan.FromMilliseconds(1), Weight = double.NaN };
        }));
        Assert.Equal(
            [
                "Discovery:FirstAnswerTimeout is 00:00:00, a duration from 00:00:00.0100000 to 00:10:00 is expected.",
                "Discovery:Registrations:x:Address is '/relative', an absolute address like http://10.0.0.5:8080 is expected.",
                "Discovery:Registrations:x:TimeToLive is 00:00:00.0010000, a duration from 00:00:01 to 1.00:00:00 is expected.",
                "Discovery:Registrations:x:Weight is NaN, a number from 0 to 65535 is expected.",
            ],
            setup.Errors);
    }

    [Fact]
    public async Task ValidatorsOfTheApplication_AreAsked()
    {
        await using var setup = new ConfigurationSetup(ConfigurationSetup.Pairs(("Discovery:Backend", "memory"), ("Discovery:DrainDelay", "x")), services => services.AddOptions<DiscoveryClientOptions>()
            .Validate(options => options.EmptyHold == default, "we obey at once"));
        Assert.Equal(2, setup.Errors.Count);
        Assert.Contains("we obey at once", setup.Errors);
    }

    [Fact]
    public async Task FactoryThatThrows_IsNamedByItsSection()
    {
        await using var setup = new ConfigurationSetup(ConfigurationSetup.Pairs(("Discovery:Backend", "broken")), services => services
            .AddSingleton<IRegistryBackendFactory>(new FakeBackendFactory("broken") { Fails = new InvalidOperationException("The certificate cannot be read.") }));
        Assert.Equal("Discovery:broken cannot be used: The certificate cannot be read.", Assert.Single(setup.Errors));
    }

    [Fact]
    public async Task EveryDoor_ShowsTheSameMessage()
    {
        await using var setup = ConfigurationSetup.OfJson("""{"Discovery":{"Backend":"fake","Fake":{"Endpoints":[]},"Selector":"x"}}""");
        foreach (var door in new[] { typeof(IOptions<DiscoveryClientOptions>), typeof(Internal.IBackendSource), typeof(IServiceRegistrar), typeof(IStartupValidator) })
        {
            var exception = Assert.Throws<DiscoveryConfigurationException>(() => setup.Services.GetRequiredService(door) switch
            {
                IOptions<DiscoveryClientOptions> options => options.Value,
                IStartupValidator validator => Validate(validator),
                var other => other,
            });
            Assert.Equal(2, exception.Errors.Count);
        }

        static object Validate(IStartupValidator validator)
        {
            validator.Validate();
            return validator;
        }
    }

    private static async Task AssertErrors(string discovery, params string[] errors)
    {
        await using var setup = ConfigurationSetup.OfJson($"{{\"Discovery\":{{\"Backend\":\"fake\",{discovery[1..]}}}");
        var types = string.Join(", ", setup.Services.GetServices<IRegistryBackendFactory>().Select(factory => factory.Type).Order(StringComparer.Ordinal));
        Assert.Equal(errors.Select(error => error.Replace("{types}", types, StringComparison.Ordinal)), setup.Errors);
    }
}
