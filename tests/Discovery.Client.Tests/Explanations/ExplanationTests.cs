using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using Discovery.Client.Selection;
using Discovery.Client.Tests.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Discovery.Client.Tests.Explanations;

public sealed class ExplanationTests : IAsyncDisposable
{
    private static readonly Uri Greeter = new("http://user:secret@greeter/a?token=secret");

    private readonly HttpWorld _world = new(
        HttpWorld.Instance(1), HttpWorld.Instance(2), HttpWorld.Instance(3) with { Status = ServiceStatus.Down }, HttpWorld.Instance(4) with { Weight = 0 }, HttpWorld.Instance(5) with { Zone = "far" });

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task Send_Explained_TellsCandidatesLayersScoresAttemptsAndTheUri()
    {
        _world.Services.AddDiscoveryClient().AddFilter(new NearOnly());
        _world.Transport = new StubTransport((_, _) => Task.FromResult(new HttpResponseMessage(_world.Transport.Sent.Count == 1 ? HttpStatusCode.ServiceUnavailable : HttpStatusCode.OK)));
        using var request = new HttpRequestMessage(HttpMethod.Get, Greeter);
        var why = request.Explain();
        Assert.Same(why, request.Explain());

        using var response = await _world.Client().SendAsync(request, Token);

        Assert.Equal(("greeter", "peak-ewma"), (why.ServiceName, why.Selector));
        Assert.Contains("Backend 'fixed', list known with 5 instances", why.List, StringComparison.Ordinal);
        var (first, second) = (why.Attempts[0], why.Attempts[1]);
        Assert.Equal((RequestOutcome.Failure, "503", RequestOutcome.Success, "200"), (first.Outcome!.Value, first.Result, second.Outcome!.Value, second.Result));
        Assert.Equal(["1", "2"], why.Attempts.Select(attempt => attempt.InstanceId).Order());
        Assert.All(first.Candidates.Take(2), candidate => Assert.True(candidate is { LeftOut: null, Weight: 1, Score: > 0 }));
        Assert.Equal([first.InstanceId], first.Candidates.Where(candidate => candidate.IsChosen).Select(candidate => candidate.InstanceId));
        Assert.Equal(["status: Down", "weight: 0", "near only"], first.Candidates.Skip(2).Select(candidate => candidate.LeftOut));
        Assert.Equal("excluded: tried before, or by the caller", second.Candidates.Single(candidate => candidate.InstanceId == first.InstanceId).LeftOut);
        Assert.Equal(_world.Transport.Sent[1], why.FinalUri!.OriginalString);
        Assert.DoesNotContain("secret", why.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Send_VersionThatIsOut_TellsWhyAndWhatStandsIn()
    {
        _world.Configure(options =>
        {
            options.Selection.Routing.VersionHeader = "X-Version";
            options.Selection.Routing.Default.Version = "1";
        });
        _world.Backend.Set([.. Enumerable.Range(1, 3).Select(i => HttpWorld.Instance(i) with { Version = i == 3 ? "2" : "1" }), HttpWorld.Instance(4) with { Version = "3" }]);
        (await _world.ViewAsync()).AllNodes[2].IsRefused = true;
        using var request = new HttpRequestMessage(HttpMethod.Get, Greeter);
        request.Headers.Add("X-Version", "2");
        var why = request.Explain();

        using var response = await _world.Client().SendAsync(request, Token);

        Assert.Equal("ejected: it fails", why.Candidates[2].LeftOut);
        Assert.Equal("routing: not of route 'default', which stands in for 'the version asked for'", why.Candidates[3].LeftOut);
    }

    [Fact]
    public async Task Send_CannotBeSent_TellsTheError()
    {
        _world.Transport = new StubTransport((_, _) => throw new HttpRequestException(HttpRequestError.ConnectionError, "refused"));
        using var request = new HttpRequestMessage(HttpMethod.Post, Greeter);
        var why = request.Explain();

        await Assert.ThrowsAsync<HttpRequestException>(() => _world.Client().SendAsync(request, Token));

        Assert.Equal(3, why.Attempts.Count);
        Assert.All(why.Attempts, attempt => Assert.Equal((RequestOutcome.NotSent, "System.Net.Http.HttpRequestException"), (attempt.Outcome!.Value, attempt.Result)));
    }

    [Fact]
    public async Task Send_EjectedAndUnfitInstances_AreToldApart()
    {
        _world.Backend.Set(HttpWorld.Instance(1, "https"), HttpWorld.Instance(2, "https"), HttpWorld.Instance(3));
        (await _world.ViewAsync()).Nodes[1].Node.IsRefused = true;
        for (var i = 0; i < 20; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "https://greeter/");
            var why = request.Explain();
            using var response = await _world.Client().SendAsync(request, Token);

            Assert.Equal("1", why.Attempts.Single().InstanceId);
            Assert.Equal("ejected: it fails", why.Candidates[1].LeftOut);
            if (why.Candidates[2].LeftOut is { } unfit)
            {
                Assert.Equal("address: none for the request's scheme or endpoint", unfit);
                return;
            }
        }

        Assert.Fail("The instance without an address was never drawn.");
    }

    [Fact]
    public async Task Send_NoInstanceFits_ExceptionTellsWhy()
    {
        _world.Backend.Set(HttpWorld.Instance(1), HttpWorld.Instance(2) with { Status = ServiceStatus.Down });

        var error = await Assert.ThrowsAsync<NoInstanceAvailableException>(() => _world.Client().GetAsync(new Uri("https://greeter/"), Token));

        Assert.Equal([null, "status: Down"], error.Explanation.Candidates.Select(candidate => candidate.LeftOut));
        using var request = new HttpRequestMessage(HttpMethod.Get, "https://greeter/");
        var why = request.Explain();
        Assert.Same(why, (await Assert.ThrowsAsync<NoInstanceAvailableException>(() => _world.Client().SendAsync(request, Token))).Explanation);
        Assert.Equal(["address: none for the request's scheme or endpoint", "status: Down"], why.Candidates.Select(candidate => candidate.LeftOut));
    }

    [Fact]
    public async Task Pick_Explained_TellsTheSame()
    {
        var client = _world.Provider.GetRequiredService<IDiscoveryClient>();
        var why = new CallExplanation();

        using var pick = await client.PickAsync("greeter", new PickOptions { Explanation = why, Exclude = [(await _world.ViewAsync()).Nodes[0].Node] }, Token);
        Assert.Null(why.Attempts.Single().Outcome);
        pick.Complete(RequestOutcome.Failure);

        Assert.Equal((pick.Instance.InstanceId, RequestOutcome.Failure), (why.Attempts.Single().InstanceId, why.Attempts.Single().Outcome!.Value));
        Assert.Equal("excluded: tried before, or by the caller", why.Candidates[0].LeftOut);
        Assert.Null(why.FinalUri);
    }

    [Fact]
    public async Task Log_AtDebugLevel_HasAScopeAroundWhatIsLoggedWhileSending()
    {
        var log = new ScopedLog();
        _world.Services.AddLogging(logging => logging.AddProvider(log).SetMinimumLevel(LogLevel.Debug));
        ILogger? inner = null;
        _world.Transport = new StubTransport((_, _) =>
        {
            inner!.Log(LogLevel.Information, "sent");
            return Task.FromResult(new HttpResponseMessage());
        });
        var client = _world.Client();
        inner = _world.Provider.GetRequiredService<ILoggerFactory>().CreateLogger("inner");

        (await client.GetAsync(Greeter, Token)).Dispose();
        inner.Log(LogLevel.Information, "after");

        Assert.Contains(log.Lines, line => line.Text.StartsWith("Service greeter: a request goes to ", StringComparison.Ordinal) && line.Text.Contains("status: Down", StringComparison.Ordinal));
        var values = Assert.IsType<IReadOnlyList<KeyValuePair<string, object?>>>(log.Lines.Single(line => line.Text == "sent").Scopes.Single(), exactMatch: false);
        Assert.Equal("greeter", values.Single(value => value.Key == "discovery.service").Value);
        Assert.IsType<CallExplanation>(values.Single(value => value.Key == "discovery.explanation").Value);
        Assert.Empty(log.Lines.Single(line => line.Text == "after").Scopes);
        Assert.DoesNotContain(log.Lines, line => line.Text.Contains("secret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Send_NobodyAsks_LooksIntoNoOptions()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://greeter/");

        using var response = await _world.Client().SendAsync(request, Token);

        Assert.Empty(request.Options);
    }

    private sealed class NearOnly : IServiceFilter
    {
        public string Name => "near only";

        public ImmutableArray<WeightedNode> Apply(ImmutableArray<WeightedNode> nodes, in FilterContext context) => nodes.RemoveAll(node => node.Node.Instance.Zone == "far");
    }

    private sealed class ScopedLog : ILoggerProvider, ISupportExternalScope
    {
        private IExternalScopeProvider _scopes = new LoggerExternalScopeProvider();

        public ConcurrentQueue<(string Text, List<object?> Scopes)> Lines { get; } = [];

        public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

        public ILogger CreateLogger(string categoryName) => new Logger(this);

        public void Dispose()
        {
        }

        private sealed class Logger(ScopedLog log) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => log._scopes.Push(state);

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            {
                var scopes = new List<object?>();
                log._scopes.ForEachScope((scope, list) => list.Add(scope), scopes);
                log.Lines.Enqueue((formatter(state, exception), scopes));
            }
        }
    }
}
