using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;
using Xunit;

namespace Discovery.Client.Resilience.Tests;

public sealed class CircuitBreakerTests : IAsyncDisposable
{
    private static readonly Uri Greeter = new("http://greeter/");

    private readonly FakeTimeProvider _clock = new();
    private readonly HashSet<string> _sick = ["a"];
    private readonly ResilienceWorld _world;
    private Func<CancellationToken, Task>? _hang;

    public CircuitBreakerTests()
    {
        _world = new ResilienceWorld(3, async (instance, _, token) =>
        {
            if (instance == "a" && _hang is { } hang)
            {
                await hang(token);
            }

            return new HttpResponseMessage(_sick.Contains(instance) ? HttpStatusCode.InternalServerError : HttpStatusCode.OK);
        }, ("Selector", "round-robin"), ("Selection:Outlier:Enabled", "false"));
        _world.Services.AddSingleton<TimeProvider>(_clock);
        _world.Services.AddDiscoveryClient().AddCircuitBreakers();
        _world.Services.AddHttpClient("c").AddDiscoveryHandler();
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Send_OneFails_ItsCircuitOpensAndOthersServe(bool sync)
    {
        await SendAsync(60, sync);
        Assert.Equal(10, Sent("a"));

        // As long as it is open nothing is sent there; then one request finds out, which is the last for now.
        _clock.Advance(TimeSpan.FromSeconds(9.9));
        await SendAsync(30, sync);
        Assert.Equal(10, Sent("a"));
        _clock.Advance(TimeSpan.FromSeconds(0.2));
        await SendAsync(30, sync);
        Assert.Equal(11, Sent("a"));

        _sick.Clear();
        _clock.Advance(TimeSpan.FromSeconds(10.1));
        await SendAsync(30, sync);
        Assert.InRange(Sent("a"), 11 + 9, 11 + 11);
    }

    [Fact]
    public async Task Send_AllCircuitsAreOpen_OneIsAskedAllTheSame()
    {
        _sick.UnionWith(["b", "c"]);
        await SendAsync(40);
        Assert.All((await ViewAsync()).Nodes, node => Assert.True(node.Node.IsRefused));
        _sick.Clear();

        Assert.Equal(HttpStatusCode.OK, (await _world.Client.GetAsync(Greeter, Token)).StatusCode);
    }

    [Fact]
    public async Task Send_AllCircuitsAreOpenAndFailFast_NothingIsSent()
    {
        _world.Set("Services:greeter:Requests:CircuitBreaker:FailFast", "true");
        _sick.UnionWith(["b", "c"]);
        await SendAsync(30);
        var sent = _world.Sent.Length;

        var error = await Assert.ThrowsAsync<HttpRequestException>(() => _world.Client.GetAsync(Greeter, Token));

        Assert.IsType<BrokenCircuitException>(error.InnerException);
        Assert.Equal(sent, _world.Sent.Length);
    }

    [Fact]
    public async Task List_Changes_CircuitStaysWithTheInstanceAndGoesWithIt()
    {
        await SendAsync(60);
        await ListAsync("abc" + "d");
        await SendAsync(40);
        Assert.Equal(10, Sent("a"));

        await ListAsync("bcd");
        await ListAsync("abcd");
        await SendAsync(8);
        Assert.Equal(12, Sent("a"));
    }

    [Fact]
    public async Task Settings_Reloaded_AreTakenOverAndTheSameOnesForgetNothing()
    {
        await SendAsync(60);
        _world.Set("IdleTimeout", "20m");
        await SendAsync(30);
        Assert.Equal(10, Sent("a"));

        _world.Set("Requests:CircuitBreaker:Enabled", "false");
        await SendAsync(30);
        Assert.Equal(20, Sent("a"));
    }

    [Fact]
    public async Task Send_FewFailures_CircuitStaysClosed()
    {
        _sick.Clear();
        await SendAsync(30);
        _sick.Add("a");
        await SendAsync(24);

        Assert.Equal(18, Sent("a"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Send_NoAnswerInTime_IsAFailureUnlessTheCallerGaveUp(bool callerGivesUp)
    {
        await using var world = new ResilienceWorld(1, async (_, _, token) =>
        {
            await Task.Delay(callerGivesUp ? Timeout.Infinite : 0, token);
            throw new TaskCanceledException("too long", new TimeoutException());
        });
        world.Services.AddSingleton<TimeProvider>(_clock);
        world.Services.AddDiscoveryClient().AddCircuitBreakers();
        world.Services.AddHttpClient("c").AddDiscoveryHandler();
        var node = (await world.Provider.GetRequiredService<IDiscoveryClient>().GetViewAsync("greeter", Token)).Nodes.Single().Node;
        var client = world.Client;
        client.Timeout = callerGivesUp ? TimeSpan.FromMilliseconds(10) : client.Timeout;
        for (var i = 0; i < 12; i++)
        {
            await Assert.ThrowsAsync<TaskCanceledException>(() => client.GetAsync(Greeter, Token));
        }

        Assert.Equal(callerGivesUp ? 0 : 12, node.Failures);
        Assert.Equal(!callerGivesUp, node.IsRefused);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Send_OneThatFindsOutEndsWithoutAnAnswer_CircuitOpensAgain(bool callerGivesUp)
    {
        await SendAsync(60);
        _clock.Advance(TimeSpan.FromSeconds(10.1));
        for (var i = 0; i < 3; i++)
        {
            using var caller = new CancellationTokenSource();
            _hang = async token =>
            {
                await (callerGivesUp ? caller.CancelAsync() : throw new InvalidOperationException("says nothing of the instance"));
                token.ThrowIfCancellationRequested();
            };
            using var request = new HttpRequestMessage(HttpMethod.Post, Greeter);
            await Record.ExceptionAsync(() => _world.Client.SendAsync(request, caller.Token));
        }

        Assert.Equal(11, Sent("a"));
        _hang = null;
        await SendAsync(30);
        Assert.Equal(11, Sent("a"));

        _sick.Clear();
        _clock.Advance(TimeSpan.FromSeconds(10.1));
        await SendAsync(30);
        Assert.InRange(Sent("a"), 11 + 9, 11 + 11);
    }

    [Fact]
    public async Task Send_NothingIsSentToOpenCircuits_IsNoFailureOfTheInstances()
    {
        _world.Set("Services:greeter:Requests:CircuitBreaker:FailFast", "true");
        _sick.UnionWith(["b", "c"]);
        await SendAsync(30);
        var view = await ViewAsync();
        var before = view.Nodes.Sum(node => node.Node.Failures);

        for (var i = 0; i < 5; i++)
        {
            await Assert.ThrowsAsync<HttpRequestException>(() => _world.Client.GetAsync(Greeter, Token));
        }

        Assert.Equal(before, view.Nodes.Sum(node => node.Node.Failures));
        Assert.Equal(0, view.Nodes.Sum(node => node.Node.Outstanding));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Send_PollyTimeoutBehindOurs_IsAFailureUnlessTheCallerGaveUp(bool callerGivesUp)
    {
        using var caller = new CancellationTokenSource();
        await using var world = new ResilienceWorld(1, async (_, _, token) =>
        {
            if (callerGivesUp)
            {
                await caller.CancelAsync();
            }

            await Task.Delay(Timeout.Infinite, token);
            return new HttpResponseMessage();
        });
        world.Services.AddDiscoveryClient().AddCircuitBreakers();
        var client = world.Services.AddHttpClient("c").AddDiscoveryHandler();
        client.AddResilienceHandler("inner", pipeline => pipeline.AddTimeout(TimeSpan.FromMilliseconds(callerGivesUp ? 60_000 : 10)));
        var node = (await world.Provider.GetRequiredService<IDiscoveryClient>().GetViewAsync("greeter", Token)).Nodes.Single().Node;
        for (var i = 0; i < 12; i++)
        {
            var failure = await Record.ExceptionAsync(() => world.Client.GetAsync(Greeter, caller.Token));
            Assert.Equal(callerGivesUp, failure is OperationCanceledException);
            Assert.Equal(!callerGivesUp, failure is TimeoutRejectedException);
        }

        Assert.Equal(callerGivesUp ? 0 : 12, node.Failures);
        Assert.Equal(!callerGivesUp, node.IsRefused);
    }

    /// <summary>What the content is read from is the caller's.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Send_ContentIsNotDelivered_CircuitStaysClosed(bool sync)
    {
        // As HttpContent wraps what its stream throws.
        _hang = _ => throw new HttpRequestException(HttpRequestError.Unknown, "copying", new EndOfStreamException("the caller's own client went away"));
        for (var i = 0; i < 60; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, Greeter) { Content = new StringContent("x") };
            await Record.ExceptionAsync(async () => _ = sync ? _world.Client.Send(request, Token) : await _world.Client.SendAsync(request, Token));
        }

        var node = (await ViewAsync()).Nodes.Single(node => node.Node.Instance.InstanceId == "a").Node;
        Assert.Equal((false, 0L), (node.IsRefused, node.Failures));
        Assert.InRange(Sent("a"), 10, 60);
    }

    private int Sent(string instance) => _world.Sent.Count(sent => sent == instance);

    private async Task SendAsync(int times, bool sync = false)
    {
        for (var i = 0; i < times; i++)
        {
            // Not repeatable, so that each is one attempt.
            using var request = new HttpRequestMessage(HttpMethod.Post, Greeter);
            using var response = sync ? _world.Client.Send(request, Token) : await _world.Client.SendAsync(request, Token);
        }
    }

    private async Task<Snapshots.ServiceView> ViewAsync() => await _world.Provider.GetRequiredService<IDiscoveryClient>().GetViewAsync("greeter", Token);

    private async Task ListAsync(string instances)
    {
        _world.List(instances);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Token);
        deadline.CancelAfter(TimeSpan.FromSeconds(30));
        await foreach (var view in _world.Provider.GetRequiredService<IDiscoveryClient>().WatchAsync("greeter", deadline.Token))
        {
            if (string.Concat(view.Instances.Select(instance => instance.InstanceId)) == instances)
            {
                return;
            }
        }
    }
}
