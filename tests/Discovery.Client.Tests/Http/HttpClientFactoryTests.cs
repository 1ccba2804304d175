using Discovery.Client.Http;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Discovery.Client.Tests.Http;

public sealed class HttpClientFactoryTests : IAsyncDisposable
{
    private readonly HttpWorld _world = new(HttpWorld.Instance(1) with { Host = "node1.internal" });

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Theory]
    [InlineData("defaults", "http://greeter/", "node1.internal:8080")]
    [InlineData("defaults", "http://api.example.com/", "api.example.com")]
    [InlineData("client", "http://api.example.com/", "node1.internal:8080")]
    [InlineData("defaults, client", "http://api.example.com/", "node1.internal:8080")]
    [InlineData("client, defaults", "http://api.example.com/", "node1.internal:8080")]
    [InlineData("client, client", "http://greeter/", "node1.internal:8080")]
    [InlineData("none", "http://greeter/", "greeter")]
    public async Task Send_HandlerOnAllOrOne_ResolvesOnce(string where, string uri, string expected)
    {
        foreach (var place in where.Split(", "))
        {
            Add(place);
        }

        await Client().GetAsync(new Uri(uri), Token);

        Assert.Equal([expected], _world.Transport.Authorities);
    }

    [Fact]
    public async Task Send_OnAllClients_HandlersOfTheClientSeeTheName()
    {
        Add("defaults");
        var seen = new Spy();
        _world.Services.AddHttpClient("c").AddHttpMessageHandler(() => seen);

        await Client().GetAsync(new Uri("http://greeter/"), Token);

        Assert.Equal("greeter", seen.Host);
    }

    [Fact]
    public async Task Send_OnOneClient_HandlersBehindSeeTheInstance()
    {
        Add("client");
        var seen = new Spy();
        _world.Services.AddHttpClient("c").AddHttpMessageHandler(() => seen);

        await Client().GetAsync(new Uri("http://greeter/"), Token);

        Assert.Equal("node1.internal", seen.Host);
    }

    [Fact]
    public async Task Send_OnOneClient_OthersAreLeftAlone()
    {
        Add("client");
        _world.Services.AddHttpClient("other").ConfigurePrimaryHttpMessageHandler(() => _world.Transport);

        await _world.Provider.GetRequiredService<IHttpClientFactory>().CreateClient("other").GetAsync(new Uri("http://greeter/"), Token);

        Assert.Equal(["greeter"], _world.Transport.Authorities);
    }

    [Fact]
    public async Task Send_BaseAddressWithBothSchemes_Works()
    {
        Add("client");
        var client = Client();
        client.BaseAddress = new Uri("https+http://greeter/v1/");

        await client.GetAsync(new Uri("orders//7?x=%2F", UriKind.Relative), Token);

        Assert.Equal(["http://node1.internal:8080/v1/orders//7?x=%2F"], _world.Transport.Sent);
    }

    [Fact]
    public async Task Rotation_HandlersAreCollectedAndTheServiceIsWatchedOnce()
    {
        // No sleeping until the factory rotates: what it drops is what is made and dropped here.
        var timers = new TimerCount();
        _world.Services.AddSingleton<TimeProvider>(timers);
        List<WeakReference> handlers = [await SendOverNewHandlerAsync()];
        var first = timers.Active;
        for (var i = 1; i < 200; i++)
        {
            handlers.Add(await SendOverNewHandlerAsync());
        }

        for (var i = 0; i < 10 && handlers.Any(handler => handler.IsAlive); i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            await Task.Yield();
        }

        Assert.True(handlers.Count(handler => handler.IsAlive) <= 1);
        Assert.Equal(200, _world.Transport.Sent.Count);
        AssertOneWatch(timers, first);
    }

    [Fact]
    public async Task Rotation_ByTheFactory_MakesNoWatchAndNoTimerMore()
    {
        var timers = new TimerCount();
        _world.Services.AddSingleton<TimeProvider>(timers);
        Add("client");
        _world.Services.AddHttpClient("c").SetHandlerLifetime(TimeSpan.FromSeconds(1));
        Client().Dispose();
        var factory = _world.Provider.GetRequiredService<IHttpMessageHandlerFactory>();
        var handlers = new HashSet<HttpMessageHandler>(ReferenceEqualityComparer.Instance);
        var (startedAt, first) = (TimeProvider.System.GetTimestamp(), 0);
        while (handlers.Count < 4)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(startedAt) < TimeSpan.FromSeconds(30), $"the factory has rotated {handlers.Count} times only");
            var handler = factory.CreateHandler("c");
            if (handlers.Add(handler))
            {
                using var invoker = new HttpMessageInvoker(handler, disposeHandler: false);
                (await invoker.SendAsync(new HttpRequestMessage(HttpMethod.Get, "http://greeter/"), Token)).Dispose();
                first = handlers.Count == 1 ? timers.Active : first;
            }

            await Task.Delay(20, Token);
        }

        Assert.Equal(4, _world.Transport.Sent.Count);
        AssertOneWatch(timers, first);
    }

    // The engine's own timers come and go by one or two; one for each handler would be three more at least.
    private void AssertOneWatch(TimerCount timers, int first)
    {
        Assert.Equal(1, _world.Backend.Watches);
        Assert.InRange(timers.Active, 0, first + 2);
    }

    private async Task<WeakReference> SendOverNewHandlerAsync()
    {
        var handler = new DiscoveryHandler(_world.Provider.GetRequiredService<HttpDispatcher>(), true) { InnerHandler = _world.Transport };
        using var response = await new HttpMessageInvoker(handler, disposeHandler: false).SendAsync(new HttpRequestMessage(HttpMethod.Get, "http://greeter/"), Token);
        return new WeakReference(handler);
    }

    private void Add(string place)
    {
        if (place == "defaults")
        {
            _world.Services.ConfigureHttpClientDefaults(builder => builder.AddDiscoveryHandler());
        }
        else if (place == "client")
        {
            _world.Services.AddHttpClient("c").AddDiscoveryHandler();
        }
    }

    private HttpClient Client()
    {
        _world.Services.AddHttpClient("c").ConfigurePrimaryHttpMessageHandler(() => _world.Transport);
        return _world.Provider.GetRequiredService<IHttpClientFactory>().CreateClient("c");
    }

    private sealed class Spy : DelegatingHandler
    {
        public string? Host { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Host = request.RequestUri!.Host;
            return base.SendAsync(request, cancellationToken);
        }
    }
}
