using System.IO.Pipelines;
using System.Net;
using Discovery.Client.Selection;
using Xunit;

namespace Discovery.Client.Tests.Http;

/// <summary>The one request that an instance returns with.</summary>
public sealed class ProbeTests : IAsyncDisposable
{
    private readonly Queue<TaskCompletionSource<HttpResponseMessage>> _answers = new();
    private readonly HttpWorld _world;

    public ProbeTests()
        => _world = new HttpWorld(HttpWorld.Instance(1)) { Transport = new StubTransport((_, token) => _answers.Dequeue().Task.WaitAsync(token)) }
            .Configure(options => options.Selection.Outlier.Enabled = false);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    /// <summary>A stream may last for a day; that the instance works is known when it begins.</summary>
    [Theory]
    [InlineData(HttpStatusCode.OK, true)]
    [InlineData(HttpStatusCode.NotFound, true)]
    [InlineData(HttpStatusCode.InternalServerError, false)]
    public async Task Probe_LongStream_IsDecidedByTheHeaders(HttpStatusCode status, bool endsWell)
    {
        var state = endsWell ? ProbeState.Succeeded : ProbeState.Failed;
        var node = await ProbedAsync();
        var (answer, send) = Send(Token);
        Assert.True(node.IsEjected);

        answer.SetResult(new HttpResponseMessage(status) { Content = new StreamContent(new Pipe().Reader.AsStream()) });
        using var response = await send;

        Assert.Equal((state, !endsWell, 1), (node.Probe, node.IsEjected, node.Outstanding));
        response.Dispose();
        Assert.Equal((state, 0), (node.Probe, node.Outstanding));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Probe_OlderRequestFails_DecidesNothing(bool probeEndsWell)
    {
        await _world.ViewAsync();
        var (oldAnswer, oldSend) = Send(Token);
        var node = await ProbedAsync();
        var (answer, send) = Send(Token);

        oldAnswer.SetException(new HttpRequestException(HttpRequestError.ResponseEnded));
        await Assert.ThrowsAsync<HttpRequestException>(() => oldSend);

        Assert.Equal((ProbeState.UnderWay, true), (node.Probe, node.IsEjected));
        if (probeEndsWell)
        {
            answer.SetResult(new HttpResponseMessage());
            await send;
        }
        else
        {
            answer.SetException(new HttpRequestException(HttpRequestError.ConnectionError));
            await Assert.ThrowsAsync<HttpRequestException>(() => send);
        }

        Assert.Equal((probeEndsWell ? ProbeState.Succeeded : ProbeState.Failed, !probeEndsWell), (node.Probe, node.IsEjected));
    }

    [Fact]
    public async Task Probe_CallerCancels_AnotherIsAllowed()
    {
        var node = await ProbedAsync();
        using var cancellation = new CancellationTokenSource();
        var (_, send) = Send(cancellation.Token);

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => send);
        Assert.Equal((ProbeState.Allowed, false), (node.Probe, node.IsEjected));
    }

    private async Task<ServiceNode> ProbedAsync()
    {
        var node = (await _world.ViewAsync()).Nodes[0].Node;
        node.Eject();
        node.AllowProbe();
        return node;
    }

    private (TaskCompletionSource<HttpResponseMessage> Answer, Task<HttpResponseMessage> Send) Send(CancellationToken cancellationToken)
    {
        var answer = new TaskCompletionSource<HttpResponseMessage>();
        _answers.Enqueue(answer);
        return (answer, _world.Client().GetAsync(new Uri("http://greeter/"), HttpCompletionOption.ResponseHeadersRead, cancellationToken));
    }
}
