using System.IO.Pipelines;
using System.Text;
using Xunit;

namespace Discovery.Client.Tests.Http;

/// <summary>A response whose body goes on and on.</summary>
public sealed class LongStreamTests : IAsyncDisposable
{
    private readonly Pipe _pipe = new();
    private readonly HttpWorld _world;

    public LongStreamTests()
        => _world = new HttpWorld(HttpWorld.Instance(1)) { Transport = new StubTransport((_, _) => Task.FromResult(new HttpResponseMessage { Content = new StreamContent(_pipe.Reader.AsStream()) })) };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task Read_EventsForLong_IsOutstandingUntilTheStreamEnds()
    {
        using var response = await HeadersAsync();
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Token));
        for (var i = 0; i < 100; i++)
        {
            await _pipe.Writer.WriteAsync(Encoding.UTF8.GetBytes($"event {i}\n"), Token);
            Assert.Equal($"event {i}", await reader.ReadLineAsync(Token));
            Assert.Equal((0L, 0L, 1), await StateAsync());
        }

        await _pipe.Writer.CompleteAsync();
        Assert.Null(await reader.ReadLineAsync(Token));
        Assert.Equal((1L, 0L, 0), await StateAsync());
    }

    [Fact]
    public async Task Read_CallerCancels_IsNoFailure()
    {
        using var response = await HeadersAsync();
        var stream = await response.Content.ReadAsStreamAsync(Token);
        using var cancellation = new CancellationTokenSource();
        var read = stream.ReadAsync(new byte[10], cancellation.Token).AsTask();
        Assert.Equal((0L, 0L, 1), await StateAsync());

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);
        Assert.Equal((0L, 0L, 0), await StateAsync());
    }

    private Task<HttpResponseMessage> HeadersAsync() => _world.Client().GetAsync(new Uri("http://greeter/"), HttpCompletionOption.ResponseHeadersRead, Token);

    private async Task<(long Successes, long Failures, int Outstanding)> StateAsync()
        => (await _world.ViewAsync()).Nodes[0].Node is var node ? (node.Successes, node.Failures, node.Outstanding) : default;
}
