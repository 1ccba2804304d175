using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Discovery.Client.Selection;
using Xunit;

namespace Discovery.Client.Tests.Http;

public sealed class CompletionTests
{
    private static readonly byte[] Body = Encoding.UTF8.GetBytes(new string('x', 20_000));

    public static TheoryData<string, bool> Ways => new(
        from way in new[] { "bytes", "string", "copy", "buffer", "stream", "copy from stream", "read byte", "known length", "sync copy", "sync stream", "begin" }
        from known in new[] { true, false }
        where known || way != "known length"
        select (way, known));

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Read_ToTheEnd_Completes(string way, bool knownLength)
    {
        await using var world = World(_ => Response(new MemoryStream(Body), knownLength));
        var response = await HeadersAsync(world);
        Assert.Equal(1, await world.OutstandingAsync());

        Assert.Equal(Body, await ReadAsync(response.Content, way));

        Assert.Equal((1L, 0L, 0), await StateAsync(world));
        response.Dispose();
        Assert.Equal((1L, 0L, 0), await StateAsync(world));
    }

    [Fact]
    public async Task Send_ResponseContentRead_IsCompleteAndBuffered()
    {
        await using var world = World(_ => Response(new MemoryStream(Body), false));

        var response = await world.Client().GetAsync(new Uri("http://greeter/"), TestContext.Current.CancellationToken);

        Assert.Equal((1L, 0L, 0), await StateAsync(world));
        Assert.Equal(Body, await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        Assert.Equal(Body, await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Read_Headers_AreThoseOfTheResponse()
    {
        await using var world = World(_ =>
        {
            var response = Response(new MemoryStream(Encoding.Latin1.GetBytes("é")), true);
            response.Content.Headers.ContentType = new MediaTypeHeaderValue("text/plain", "iso-8859-1");
            response.Content.Headers.ContentLanguage.Add("de");
            response.Content.Headers.ContentLanguage.Add("en");
            response.Content.Headers.Add("X-Own", ["1", "2"]);
            return response;
        });

        using var response = await HeadersAsync(world);

        Assert.Equal(1, response.Content.Headers.ContentLength);
        Assert.Equal(["de", "en"], response.Content.Headers.ContentLanguage);
        Assert.Equal(["1", "2"], response.Content.Headers.GetValues("X-Own"));
        Assert.Equal("é", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("GET", 204)]
    [InlineData("GET", 304)]
    [InlineData("HEAD", 200)]
    [InlineData("GET", 200)]
    public async Task Send_NoBody_CompletesAtOnce(string method, int status)
    {
        await using var world = World(_ => new HttpResponseMessage((HttpStatusCode)status) { Content = new ByteArrayContent([]) { Headers = { ContentLength = 0 } } });

        await HeadersAsync(world, method);

        Assert.Equal((1L, 0L, 0), await StateAsync(world));
    }

    [Fact]
    public async Task Read_BodyBreaks_IsAFailure()
    {
        foreach (var way in new[] { "bytes", "stream", "sync stream", "sync copy", "copy" })
        {
            await using var world = World(_ => Response(new BreakingStream(), false));
            var response = await HeadersAsync(world);

            Assert.NotNull(await Record.ExceptionAsync(() => ReadAsync(response.Content, way)));

            Assert.Equal((0L, 1L, 0), await StateAsync(world));
        }
    }

    [Theory]
    [InlineData("copy")]
    [InlineData("sync copy")]
    [InlineData("limit")]
    public async Task Read_DestinationBreaks_IsNoFailure(string way)
    {
        await using var world = World(_ => Response(new MemoryStream(Body), false));
        using var client = world.Client();
        client.MaxResponseContentBufferSize = 1000;
        var token = TestContext.Current.CancellationToken;

        var failure = await Record.ExceptionAsync(async () =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "http://greeter/");
            using var response = await client.SendAsync(request, way == "limit" ? HttpCompletionOption.ResponseContentRead : HttpCompletionOption.ResponseHeadersRead, token);
            using var full = new FullStream();
            if (way == "copy")
            {
                await response.Content.CopyToAsync(full, token);
            }
            else
            {
                response.Content.CopyTo(full, null, token);
            }
        });

        Assert.IsType<HttpRequestException>(failure);
        Assert.Equal((0L, 0L, 0), await StateAsync(world));
        Assert.DoesNotContain((await world.ViewAsync()).Nodes, node => node.Node.LatencyAt(TimeProvider.System.GetTimestamp()) > TimeSpan.FromSeconds(4));
    }

    [Fact]
    public async Task Read_CopiedIntoAStream_ArrivesWhole()
    {
        await using var world = World(_ => Response(new MemoryStream(Body), true));
        using var response = await HeadersAsync(world);
        using var file = new MemoryStream();
        await using var buffered = new BufferedStream(file);

        await response.Content.CopyToAsync(buffered, TestContext.Current.CancellationToken);
        await buffered.FlushAsync(TestContext.Current.CancellationToken);

        Assert.Equal(Body, file.ToArray());
        Assert.Equal((1L, 0L, 0), await StateAsync(world));
    }

    [Fact]
    public async Task Read_DisposedBeforeTheEnd_NothingIsLearned()
    {
        await using var world = World(_ => Response(new MemoryStream(Body), true));
        var response = await HeadersAsync(world);
        var stream = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        await stream.ReadExactlyAsync(new byte[100], TestContext.Current.CancellationToken);
        Assert.Equal(1, await world.OutstandingAsync());

        response.Dispose();

        Assert.Equal((0L, 0L, 0), await StateAsync(world));
    }

    [Theory]
    [InlineData(500, true)]
    [InlineData(503, false)]
    public async Task Read_StatusOfFailure_IsAFailureWhenItEnds(int status, bool read)
    {
        await using var world = World(_ =>
        {
            var response = Response(new MemoryStream(Body), true);
            response.StatusCode = (HttpStatusCode)status;
            return response;
        });
        var response = await HeadersAsync(world);
        Assert.Equal(1, await world.OutstandingAsync());

        if (read)
        {
            await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        }

        response.Dispose();
        Assert.Equal((0L, 1L, 0), await StateAsync(world));
    }

    [Fact]
    public async Task Send_Upgrade_IsOutstandingUntilClosed()
    {
        await using var world = World(_ => new HttpResponseMessage(HttpStatusCode.SwitchingProtocols) { Content = new DuplexContent() });
        var response = await HeadersAsync(world);
        var stream = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);

        Assert.True(stream.CanWrite);
        await stream.WriteAsync(new byte[] { 1, 2, 3 }, TestContext.Current.CancellationToken);
        Assert.Equal(1, await world.OutstandingAsync());

        await stream.DisposeAsync();
        Assert.Equal(0, await world.OutstandingAsync());
    }

    private static HttpWorld World(Func<HttpRequestMessage, HttpResponseMessage> answer)
        => new(HttpWorld.Instance(1)) { Transport = new StubTransport((request, _) => Task.FromResult(answer(request))) };

    private static HttpResponseMessage Response(Stream body, bool knownLength)
    {
        // A length that is not known from the stream itself, as on the wire.
        var content = new StreamContent(new Unseekable(body));
        content.Headers.ContentLength = knownLength ? body.Length : null;
        return new HttpResponseMessage { Content = content };
    }

    private static async Task<HttpResponseMessage> HeadersAsync(HttpWorld world, string method = "GET")
        => await world.Client().SendAsync(new HttpRequestMessage(new HttpMethod(method), "http://greeter/"), HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);

    private static async Task<(long Successes, long Failures, int Outstanding)> StateAsync(HttpWorld world)
    {
        ServiceNode node = (await world.ViewAsync()).Nodes[0].Node;
        return (node.Successes, node.Failures, node.Outstanding);
    }

    private static async Task<byte[]> ReadAsync(HttpContent content, string way)
    {
        var token = TestContext.Current.CancellationToken;
        var result = new MemoryStream();
        switch (way)
        {
            case "bytes":
                return await content.ReadAsByteArrayAsync(token);
            case "string":
                return Encoding.UTF8.GetBytes(await content.ReadAsStringAsync(token));
            case "copy":
                await content.CopyToAsync(result, token);
                break;
            case "buffer":
                await content.LoadIntoBufferAsync(token);
                await content.CopyToAsync(result, token);
                break;
            case "sync copy":
                content.CopyTo(result, null, token);
                break;
            case "sync stream":
                content.ReadAsStream(token).CopyTo(result);
                break;
            case "stream":
                var stream = await content.ReadAsStreamAsync(token);
                var buffer = new byte[1000];
                for (int read; (read = await stream.ReadAsync(buffer, token)) > 0;)
                {
                    result.Write(buffer, 0, read);
                }

                break;
            case "copy from stream":
                await (await content.ReadAsStreamAsync(token)).CopyToAsync(result, token);
                break;
            case "read byte":
                var bytes = content.ReadAsStream(token);
                for (int value; (value = bytes.ReadByte()) >= 0;)
                {
                    result.WriteByte((byte)value);
                }

                break;
            case "begin":
                var old = content.ReadAsStream(token);
                var chunk = new byte[1000];
                for (int read; (read = await Task.Factory.FromAsync(old.BeginRead, old.EndRead, chunk, 0, 1000, null)) > 0;)
                {
                    result.Write(chunk, 0, read);
                }

                break;
            default:
                var exactly = new byte[Body.Length];
                await (await content.ReadAsStreamAsync(token)).ReadExactlyAsync(exactly, token);
                return exactly;
        }

        return result.ToArray();
    }

    private sealed class Unseekable(Stream inner) : MemoryStream
    {
        public override bool CanSeek => false;

        public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

        public override int Read(Span<byte> buffer) => inner.Read(buffer);

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => inner.ReadAsync(buffer, offset, count, cancellationToken);

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Yield();
            return await inner.ReadAsync(buffer, cancellationToken);
        }

        public override void CopyTo(Stream destination, int bufferSize) => inner.CopyTo(destination, bufferSize);

        public override Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken) => inner.CopyToAsync(destination, bufferSize, cancellationToken);
    }

    private sealed class FullStream : MemoryStream
    {
        public override void Write(byte[] buffer, int offset, int count) => throw new IOException("No space left on device");

        public override void Write(ReadOnlySpan<byte> buffer) => throw new IOException("No space left on device");

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => throw new IOException("No space left on device");

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Yield();
            throw new IOException("No space left on device");
        }
    }

    private sealed class BreakingStream : MemoryStream
    {
        public override int Read(byte[] buffer, int offset, int count) => throw new IOException("broken");

        public override int Read(Span<byte> buffer) => throw new IOException("broken");

        public override void CopyTo(Stream destination, int bufferSize) => throw new IOException("broken");

        public override async Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
        {
            await Task.Yield();
            throw new IOException("broken");
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Yield();
            throw new IOException("broken");
        }
    }

    private sealed class DuplexContent : HttpContent
    {
        protected override Task<Stream> CreateContentReadStreamAsync() => Task.FromResult<Stream>(new MemoryStream());

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => throw new NotSupportedException();

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
