using Discovery.Client.Http;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Discovery.Client.Tests.Http;

public sealed class HostRuleTests
{
    [Theory]
    [InlineData("http://greeter/", true, true)]
    [InlineData("https://greeter/", true, true)]
    [InlineData("https+http://greeter/", true, true)]
    [InlineData("http://greeter:80/", true, true)]
    [InlineData("http://greeter:8080/", true, false)]
    [InlineData("https+http://greeter:8080/", true, true)]
    [InlineData("http://_admin.greeter/", true, true)]
    [InlineData("http://_admin.greeter:8080/", true, true)]
    [InlineData("http://_admin.greeter.prod/", true, true)]
    [InlineData("http://api.example.com/", true, false)]
    [InlineData("https+http://api.example.com/", true, true)]
    [InlineData("http://declared.example.com/", true, true)]
    [InlineData("http://declared.example.com:8080/", true, true)]
    [InlineData("http://by.registry.name/", true, true)]
    [InlineData("http://localhost/", false, false)]
    [InlineData("http://localhost:5000/", false, false)]
    [InlineData("http://app.localhost/", false, false)]
    [InlineData("http://127.0.0.1/", false, false)]
    [InlineData("https+http://127.0.0.1/", false, false)]
    [InlineData("http://[::1]:80/", false, false)]
    [InlineData("ftp://greeter/", false, false)]
    public async Task Find_HostOfAService(string uri, bool onOneClient, bool onAllClients)
    {
        await using var world = new HttpWorld(HttpWorld.Instance(1)).Configure(options =>
        {
            options.Services["Declared.example.com"] = new ServiceOptions();
            options.Services["alias"] = new ServiceOptions { Name = "By.Registry.Name" };
        });
        var dispatcher = world.Provider.GetRequiredService<HttpDispatcher>();
        for (var round = 0; round < 3; round++)
        {
            Route? last1 = null, last2 = null;
            Assert.Equal(onAllClients, dispatcher.Find(new Uri(uri), everyHost: false, ref last1) is not null);
            Assert.Equal(onOneClient, dispatcher.Find(new Uri(uri), everyHost: true, ref last2) is not null);
            Assert.Equal(onAllClients, dispatcher.Find(new Uri(uri), everyHost: false, ref last2) is not null);
        }
    }

    /// <summary>The route found last is taken again by the text of a URI where that tells enough.</summary>
    [Fact]
    public async Task Find_AfterAnother_TakesTheRouteOfEach()
    {
        await using var world = new HttpWorld(HttpWorld.Instance(1));
        var dispatcher = world.Provider.GetRequiredService<HttpDispatcher>();
        Route? last = null;

        Assert.Equal("greeter", Host("http://greeter/a"));
        Assert.Equal("greeter", Host("http://greeter/b?c"));
        Assert.Null(Host("http://greeter:8080/a"));
        Assert.Equal("greeter", Host("http://greeter/a"));
        Assert.Equal("greeter", Host("HTTP://Greeter/a"));
        Assert.Equal("greeters", Host("http://greeters/a"));
        Assert.Equal("greeter", Host("https://greeter/a"));
        Assert.Equal("greeter", Host("http://user@greeter/a"));
        Assert.Null(Host("http://greeter.example.com/a"));
        Assert.Equal("greeter", Host("http://greeter?a"));

        string? Host(string uri) => dispatcher.Find(new Uri(uri), everyHost: false, ref last)?.Host;
    }

    [Fact]
    public async Task Find_NotAService_AllocatesNothing()
    {
        await using var world = new HttpWorld(HttpWorld.Instance(1));
        var dispatcher = world.Provider.GetRequiredService<HttpDispatcher>();
        var uri = new Uri("https://api.example.com/a");
        Route? last = null;
        dispatcher.Find(uri, everyHost: false, ref last);
        var before = GC.GetAllocatedBytesForCurrentThread();

        dispatcher.Find(uri, everyHost: false, ref last);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [InlineData("http://orders/", "Orders")]
    [InlineData("http://alias/", "DEFAULT_GROUP@@orders")]
    [InlineData("http://payments.eu/", "Payments.EU")]
    [InlineData("http://_admin.payments.eu/", "Payments.EU")]
    [InlineData("http://undeclared/", "undeclared")]
    public async Task Send_DeclaredName_IsWhatTheRegistryIsAskedFor(string uri, string expected)
    {
        await using var world = new HttpWorld(HttpWorld.Instance(1)).Configure(options =>
        {
            options.Services["Orders"] = new ServiceOptions();
            options.Services["alias"] = new ServiceOptions { Name = "DEFAULT_GROUP@@orders" };
            options.Services["money"] = new ServiceOptions { Name = "Payments.EU" };
        });
        Route? last = null;

        await world.Provider.GetRequiredService<HttpDispatcher>().Find(new Uri(uri), true, ref last)!.Entry.WaitForAnswerAsync(TestContext.Current.CancellationToken);

        Assert.Equal([expected], world.Backend.Asked);
    }

    [Fact]
    public async Task Send_TwoDeclaredServicesMatch_IsAnError()
    {
        await using var world = new HttpWorld(HttpWorld.Instance(1)).Configure(options =>
        {
            options.Services["one"] = new ServiceOptions { Name = "Orders" };
            options.Services["two"] = new ServiceOptions { Name = "ORDERS" };
        });

        var error = await Assert.ThrowsAsync<DiscoveryConfigurationException>(() => world.Client().GetAsync(new Uri("http://orders/"), TestContext.Current.CancellationToken));

        Assert.Contains("'one' (registry name 'Orders') and 'two' (registry name 'ORDERS')", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Send_NamedEndpoint_OnlyInstancesThatHaveIt()
    {
        var plain = HttpWorld.Instance(1);
        await using var world = new HttpWorld(
            [.. Enumerable.Range(2, 40).Select(i => HttpWorld.Instance(i)), plain with { Endpoints = plain.Endpoints.Add("admin", new("10.0.0.1", 9090)) }]);
        var client = world.Client();

        for (var i = 0; i < 20; i++)
        {
            await client.GetAsync(new Uri("http://_admin.greeter/a"), TestContext.Current.CancellationToken);
        }

        Assert.All(world.Transport.Authorities, authority => Assert.Equal("10.0.0.1:9090", authority));
    }

    [Theory]
    [InlineData("https://greeter/", "none of 2 has an address for https.")]
    [InlineData("http://_admin.greeter/", "none of 2 has an endpoint 'admin' for http.")]
    public async Task Send_NoInstanceHasSuchAnAddress_SaysSo(string uri, string reason)
    {
        await using var world = new HttpWorld(HttpWorld.Instance(1), HttpWorld.Instance(2));

        var error = await Assert.ThrowsAsync<NoInstanceAvailableException>(() => world.Client().GetAsync(new Uri(uri), TestContext.Current.CancellationToken));

        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.Empty(world.Transport.Sent);
    }
}
