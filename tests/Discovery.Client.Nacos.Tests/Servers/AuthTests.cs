using Discovery.Client.Conformance;
using Discovery.Client.Servers;
using Microsoft.Extensions.Logging.Abstractions;

namespace Discovery.Client.Nacos.Tests.Servers;

/// <summary>Servers with authentication on.</summary>
[Trait("Category", NacosServers.LongForm)]
public sealed class AuthTests
{
    private static readonly string[] On = ["nacos.core.auth.enabled=true", "nacos.core.auth.admin.enabled=true", "nacos.core.auth.plugin.nacos.token.expire.seconds=6"];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("nacos2")]
    [InlineData("nacos3")]
    public async Task Token_EndsSeveralTimes_NothingIsNoticed(string server)
    {
        await using var node = await OwnServer.StartAsync(server, On);
        using var admin = new NacosAdmin(node);
        await admin.CreateUserAsync();
        foreach (var transport in Enum.GetValues<NacosTransport>())
        {
            await using var provider = BackendTestKit.Create(transport, Log, node.Address);
            await using var consumer = BackendTestKit.Create(transport, Log, node.Address);
            var one = TestKit.Instance($"tokens-{transport}", "one");
            await using var keeper = new RegistrationProbe(provider, TestKit.Wish(one, 9));
            await using var probe = new WatchProbe(consumer, new(one.ServiceName));
            await probe.UntilAsync(list => list.Instances.Length == 1, TimeSpan.FromSeconds(20), "one", Stop);
            var started = TimeProvider.System.GetTimestamp();

            // Three tokens' lives, in which every question is answered at once.
            for (var asked = 0; TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(19); asked++)
            {
                Assert.Single((await consumer.ReadAsync(new(one.ServiceName), Stop)).Instances);
                await Task.Delay(TimeSpan.FromMilliseconds(500), Stop);
            }

            Assert.Equal(1, keeper.Registered);
            Assert.Empty(probe.Errors);
        }
    }

    [Theory]
    [InlineData("nacos2")]
    [InlineData("nacos3")]
    public async Task Credentials_WrongOrMissing_AreRefusedAndNotTold(string server)
    {
        await using var node = await OwnServer.StartAsync(server, On);
        using var admin = new NacosAdmin(node);
        await admin.CreateUserAsync();
        foreach (var transport in Enum.GetValues<NacosTransport>())
        {
            var wish = TestKit.Wish(TestKit.Instance("refused"));
            await using var nobody = BackendTestKit.Create(transport, node.Address);
            var missing = await Assert.ThrowsAnyAsync<RegistryException>(async () => await nobody.RegisterAsync(wish, Stop));
            Assert.False(missing.IsTransient, missing.Message);
            await using var wrong = BackendTestKit.Create(transport, options => (options.UserName, options.Password) = ("nacos", "wr0ng-secret"), node.Address);
            var refused = await Assert.ThrowsAnyAsync<RegistryException>(async () => await wrong.RegisterAsync(wish, Stop));
            Assert.DoesNotContain("wr0ng-secret", refused.ToString(), StringComparison.Ordinal);
            Assert.Contains("'nacos'", refused.Message, StringComparison.Ordinal);
        }
    }

    /// <summary>A server where authentication is off does not mind a user who has a token.</summary>
    [Fact]
    public async Task User_WhereAuthenticationIsOff_IsNoTrouble()
    {
        await using var node = await OwnServer.StartAsync("nacos2");
        foreach (var transport in Enum.GetValues<NacosTransport>())
        {
            await using var backend = BackendTestKit.Create(transport, Log, node.Address);
            await Eventually.SucceedsAsync(async () => await backend.RegisterAsync(TestKit.Wish(TestKit.Instance($"off-{transport}")), Stop));
            Assert.Single((await backend.ReadAsync(new($"off-{transport}"), Stop)).Instances);
        }
    }

    /// <summary>Servers read the switch anew when its file changes.</summary>
    [Theory]
    [InlineData("nacos2")]
    [InlineData("nacos3")]
    public async Task Authentication_SwitchedOnWhileRunning_WhoHasAUserNoticesNothing(string server)
    {
        await using var node = await OwnServer.StartAsync(server, [.. On.Skip(2), "nacos.core.auth.plugin.nacos.token.cache.enable=false"]);
        using var admin = new NacosAdmin(node);
        await admin.CreateUserAsync();
        foreach (var transport in Enum.GetValues<NacosTransport>())
        {
            SwitchTo(node, isOn: false);
            await using var nobody = BackendTestKit.Create(transport, node.Address);
            await Eventually.SucceedsAsync(async () => await nobody.ReadAsync(new("orders"), Stop), mayFail: error => error is RegistryException);
            var clock = new SkippingClock();
            await using var provider = BackendTestKit.Create(transport, Log, clock, NullLogger.Instance, node.Address);
            await using var consumer = BackendTestKit.Create(transport, Log, clock, NullLogger.Instance, node.Address);
            var one = TestKit.Instance($"switched-{transport}", "one");
            await using var keeper = new RegistrationProbe(provider, TestKit.Wish(one, 9));
            await using var probe = new WatchProbe(consumer, new(one.ServiceName));
            await probe.UntilAsync(list => list.Instances.Length == 1, TimeSpan.FromSeconds(20), "one", Stop);

            // Tokens that were given two seconds ago and are refused would not be taken for old ones.
            clock.Skip(TimeSpan.FromSeconds(3));
            SwitchTo(node, isOn: true);
            await Eventually.SucceedsAsync(
                async () => Assert.False((await Assert.ThrowsAnyAsync<RegistryException>(async () => await nobody.ReadAsync(new("orders"), Stop))).IsTransient),
                mayFail: error => error is Xunit.Sdk.XunitException);

            await provider.RegisterAsync(TestKit.Wish(one with { InstanceId = "two", Port = 8081 }, 60), Stop);
            await probe.UntilAsync(list => list.Instances.Length == 2, TimeSpan.FromSeconds(20), "two", Stop);
            Assert.Equal(1, keeper.Registered);
            Assert.Empty(probe.Errors);
        }
    }

    private static void SwitchTo(ServerNode node, bool isOn)
    {
        const string Switch = "nacos.core.auth.enabled=";
        var file = Path.Combine(node.DataFolder, "conf", "application.properties");
        File.WriteAllLines(file, File.ReadAllLines(file).Select(line => line.StartsWith(Switch, StringComparison.Ordinal) ? $"{Switch}{(isOn ? "true" : "false")}" : line));
    }

    private static void Log(NacosOptions options) => (options.UserName, options.Password) = ("nacos", "nacos");
}
