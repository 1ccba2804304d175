using System.Net;
using Discovery.Client.Selection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Discovery.Client.Tests.Http;

/// <summary>A second instance is asked when the first takes long.</summary>
public sealed class HedgingTests : IAsyncDisposable
{
    private static readonly Uri Greeter = new("http://greeter/a");
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(1);

    private readonly FakeTimeProvider _clock = new();
    private readonly HttpWorld _world = new([.. Enumerable.Range(1, 4).Select(i => HttpWorld.Instance(i))]);

    public HedgingTests()
    {
        _world.Services.AddSingleton<TimeProvider>(_clock);
        _world.Configure(options => options.Requests.Hedging.Delay = Delay);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task Send_AnswerInTime_AsksOne()
    {
        Answer(_ => Task.FromResult(Ok()));

        using var response = await _world.Client().GetAsync(Greeter, Token);

        Assert.Single(_world.Transport.Sent);
    }

    [Fact]
    public async Task Send_FirstTakesLong_SecondAnswersAndTheFirstIsNoFailure()
    {
        CancellationToken first = default;
        Answer(
            async token =>
            {
                first = token;
                await Task.Delay(Timeout.Infinite, token);
                return Ok();
            },
            _ => Task.FromResult(Ok()));
        using var request = new HttpRequestMessage(HttpMethod.Get, Greeter) { Headers = { { "X-Mine", "value" } } };
        var why = request.Explain();
        await _world.ViewAsync();
        var send = _world.Client().SendAsync(request, Token);
        await WaitAsync(() => _world.Transport.Sent.Count == 1);
        Assert.Equal(1, await _world.OutstandingAsync());

        _clock.Advance(Delay - TimeSpan.FromMilliseconds(1));
        Assert.Single(_world.Transport.Sent);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        using var response = await send.WaitAsync(TimeSpan.FromSeconds(30), Token);

        Assert.Equal("hello", await response.Content.ReadAsStringAsync(Token));
        Assert.Same(request, response.RequestMessage);
        Assert.Equal(Greeter, request.RequestUri);
        Assert.Equal(2, _world.Transport.Authorities.Distinct().Count());
        Assert.True(first.IsCancellationRequested);
        await WaitAsync(() => why.Attempts.All(attempt => attempt.Outcome is not null));
        Assert.Equal([RequestOutcome.Canceled, RequestOutcome.Success], why.Attempts.Select(attempt => attempt.Outcome!.Value));
        await WaitAsync(async () => await _world.OutstandingAsync() == 0);
        Assert.Equal((0L, 1L), await StateAsync());

        // That it would have taken longer is learned.
        var view = await _world.ViewAsync();
        Assert.True(view.Nodes.Single(node => node.Node.Instance.InstanceId == why.Attempts[0].InstanceId).Node.LatencyAt(view.Now) > Delay * 0.99);
    }

    [Theory]
    [InlineData("POST", false, 1)]
    [InlineData("GET", true, 1)]
    [InlineData("PUT", false, 2)]
    public async Task Send_ByWhatIsSent_AsksAnotherOrNot(string method, bool content, int expected)
    {
        // A response for each: the one that comes second is disposed.
        var gate = new TaskCompletionSource();
        Answer(async _ =>
        {
            await gate.Task;
            return Ok();
        });
        using var request = new HttpRequestMessage(new HttpMethod(method), Greeter) { Content = content ? new StringContent("x") : null };
        await _world.ViewAsync();
        var send = _world.Client().SendAsync(request, Token);
        await WaitAsync(() => _world.Transport.Sent.Count == 1);

        _clock.Advance(Delay);
        _clock.Advance(Delay);
        if (expected > 1)
        {
            await WaitAsync(() => _world.Transport.Sent.Count == expected);
        }

        gate.SetResult();
        (await send).Dispose();
        Assert.Equal(expected, _world.Transport.Sent.Count);
    }

    [Fact]
    public async Task Send_AllTakeLong_AsksAsManyAsAllowedAndCallersCancellationEndsAll()
    {
        _world.Configure(options => options.Requests.Hedging.MaxAttempts = 3);
        using var cancellation = new CancellationTokenSource();
        var ended = 0;
        Answer(async token =>
        {
            try
            {
                await Task.Delay(Timeout.Infinite, token);
            }
            finally
            {
                Interlocked.Increment(ref ended);
            }

            return Ok();
        });
        await _world.ViewAsync();
        var send = _world.Client().GetAsync(Greeter, cancellation.Token);

        // The next wait begins only after what the one before led to was sent.
        await WaitAsync(() =>
        {
            _clock.Advance(Delay);
            return _world.Transport.Sent.Count == 3;
        });
        _clock.Advance(Delay);
        await cancellation.CancelAsync();

        Assert.Equal(cancellation.Token, (await Assert.ThrowsAnyAsync<OperationCanceledException>(() => send)).CancellationToken);
        await WaitAsync(() => Volatile.Read(ref ended) == 3);
        Assert.Equal(3, _world.Transport.Authorities.Distinct().Count());
        await WaitAsync(async () => await _world.OutstandingAsync() == 0);
        Assert.Equal((0L, 0L), await StateAsync());
    }

    [Fact]
    public async Task Send_BudgetIsSpent_AsksOne()
    {
        _world.Configure(options => (options.Requests.Retry.BudgetPercent, options.Requests.Retry.BudgetPerSecond) = (0, 0));
        await AsksOneAsync();
    }

    [Fact]
    public async Task Send_FirstFailsAtOnce_GoesToAnotherWithoutWaiting()
    {
        Answer(_ => throw new HttpRequestException(HttpRequestError.ConnectionError, "refused"), _ => Task.FromResult(new HttpResponseMessage(HttpStatusCode.ServiceUnavailable)), _ => Task.FromResult(Ok()));

        // One that could not be reached and one answer of failure: two were sent to, so the third is the last.
        using var response = await _world.Client().GetAsync(Greeter, Token).WaitAsync(TimeSpan.FromSeconds(30), Token);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(3, _world.Transport.Authorities.Distinct().Count());
        Assert.Equal((2L, 1L), await StateAsync());
    }

    [Fact]
    public async Task Send_TwoUnderWayAndOneFails_NoThirdIsSentTo()
    {
        var gates = new[] { new TaskCompletionSource<HttpResponseMessage>(), new TaskCompletionSource<HttpResponseMessage>() };
        Answer(_ => gates[0].Task, _ => gates[1].Task, _ => Task.FromResult(Ok()));
        await _world.ViewAsync();
        var send = _world.Client().GetAsync(Greeter, Token);
        await WaitAsync(() => _world.Transport.Sent.Count == 1);
        _clock.Advance(Delay);
        await WaitAsync(() => _world.Transport.Sent.Count == 2);

        gates[0].SetResult(new HttpResponseMessage(HttpStatusCode.ServiceUnavailable));
        await WaitAsync(async () => (await StateAsync()).Failures == 1);
        gates[1].SetResult(Ok());
        using var response = await send.WaitAsync(TimeSpan.FromSeconds(30), Token);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(2, _world.Transport.Sent.Count);
    }

    /// <summary>An instance that fails at once is sooner than one that answers well.</summary>
    [Theory]
    [InlineData(HttpStatusCode.InternalServerError, true, HttpStatusCode.OK)]
    [InlineData(HttpStatusCode.TooManyRequests, true, HttpStatusCode.OK)]
    [InlineData(HttpStatusCode.InternalServerError, false, HttpStatusCode.InternalServerError)]
    [InlineData(HttpStatusCode.NotFound, true, HttpStatusCode.NotFound)]
    public async Task Send_SecondFailsWhileTheFirstIsUnderWay_TheFirstCounts(HttpStatusCode second, bool firstEndsWell, HttpStatusCode expected)
    {
        var first = new TaskCompletionSource<HttpResponseMessage>();
        Answer(_ => first.Task, _ => Task.FromResult(new HttpResponseMessage(second)));
        await _world.ViewAsync();
        var send = _world.Client().GetAsync(Greeter, Token);
        await WaitAsync(() => _world.Transport.Sent.Count == 1);
        _clock.Advance(Delay);
        await WaitAsync(async () => _world.Transport.Sent.Count == 2 && (second == HttpStatusCode.NotFound || await _world.OutstandingAsync() == 1));
        if (firstEndsWell)
        {
            first.TrySetResult(Ok());
        }
        else
        {
            first.SetException(new HttpRequestException(HttpRequestError.ResponseEnded, "broken"));
        }

        using var response = await send.WaitAsync(TimeSpan.FromSeconds(30), Token);

        Assert.Equal(expected, response.StatusCode);
        await WaitAsync(async () => await _world.OutstandingAsync() == 0);
    }

    /// <summary>One that finds out whether its instance returns is not cut short, or an instance that is well again and a little slow would stay away.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Send_FirstIsAProbeAndTakesLong_EndsByItself(bool answers)
    {
        _world.Configure(options => (options.Selector, options.Selection.Outlier.Enabled) = (SelectorNames.PickFirst, false));
        var first = new TaskCompletionSource<HttpResponseMessage>();
        Answer(token => first.Task.WaitAsync(token), _ => Task.FromResult(Ok()));
        var node = (await _world.ViewAsync()).Nodes[0].Node;
        node.Eject();
        node.AllowProbe();
        var send = _world.Client().GetAsync(Greeter, Token);
        await WaitAsync(() => _world.Transport.Sent.Count == 1);
        Assert.Equal(ProbeState.UnderWay, node.Probe);
        _clock.Advance(Delay);
        using var response = await send.WaitAsync(TimeSpan.FromSeconds(30), Token);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal((1, ProbeState.UnderWay), (node.Outstanding, node.Probe));

        if (answers)
        {
            first.SetResult(Ok());
        }
        else
        {
            _clock.Advance(TimeSpan.FromSeconds(30));
        }

        await WaitAsync(() => node.Outstanding == 0);
        Assert.Equal(answers ? ProbeState.Succeeded : ProbeState.Allowed, node.Probe);
    }

    [Fact]
    public async Task Send_FirstTakesLongAndOthersAreEjected_AsksOne()
    {
        foreach (var (node, _) in (await _world.ViewAsync()).Nodes.Skip(1))
        {
            node.IsEjected = true;
        }

        await AsksOneAsync();
    }

    [Fact]
    public async Task Send_FirstTakesLongAndLayersLeftNoOther_AsksOne()
    {
        _world.Configure(options => options.Selection.Subset.Size = 1);
        await AsksOneAsync();
    }

    [Fact]
    public async Task Send_SelectorThrowsForTheSecond_AnotherChoosesIt()
    {
        _world.Services.AddDiscoveryClient().AddSelector<OnlyFirst>("only-first");
        _world.Configure(options => options.Selector = "only-first");
        Answer(async token => { await Task.Delay(Timeout.Infinite, token); return Ok(); }, _ => Task.FromResult(Ok()));
        await _world.ViewAsync();
        var send = _world.Client().GetAsync(Greeter, Token);
        await WaitAsync(() => _world.Transport.Sent.Count == 1);

        _clock.Advance(Delay);

        using var response = await send.WaitAsync(TimeSpan.FromSeconds(30), Token);
        Assert.Equal(2, _world.Transport.Authorities.Distinct().Count());
        await WaitAsync(async () => await _world.OutstandingAsync() == 0);
    }

    private sealed class OnlyFirst : ISelector
    {
        public IPicker CreatePicker(in SelectorContext context) => new Picker(context.Nodes[0].Node);

        private sealed class Picker(ServiceNode first) : IPicker
        {
            public ServiceNode? Pick(in PickContext context) => context.Excludes(first) ? throw new InvalidOperationException("a fault of the program's") : first;
        }
    }

    private void Answer(params Func<CancellationToken, Task<HttpResponseMessage>>[] answers)
    {
        var next = 0;
        _world.Transport = new StubTransport((_, token) => answers[Math.Min(Interlocked.Increment(ref next), answers.Length) - 1](token));
    }

    private static HttpResponseMessage Ok() => new() { Content = new StringContent("hello") };

    private async Task AsksOneAsync()
    {
        var gate = new TaskCompletionSource<HttpResponseMessage>();
        Answer(_ => gate.Task);
        await _world.ViewAsync();
        var send = _world.Client().GetAsync(Greeter, Token);
        await WaitAsync(() => _world.Transport.Sent.Count == 1);

        _clock.Advance(Delay);
        gate.SetResult(Ok());
        (await send).Dispose();

        Assert.Single(_world.Transport.Sent);
    }

    private async Task<(long Failures, long Successes)> StateAsync()
    {
        var nodes = (await _world.ViewAsync()).Nodes;
        return (nodes.Sum(node => node.Node.Failures), nodes.Sum(node => node.Node.Successes));
    }

    private static Task WaitAsync(Func<bool> condition) => WaitAsync(() => Task.FromResult(condition()));

    private static async Task WaitAsync(Func<Task<bool>> condition)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Token);
        deadline.CancelAfter(TimeSpan.FromSeconds(30));
        while (!await condition())
        {
            deadline.Token.ThrowIfCancellationRequested();
            await Task.Delay(1, deadline.Token);
        }
    }
}
