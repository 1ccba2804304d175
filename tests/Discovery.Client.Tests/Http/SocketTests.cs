using System.Net;
using System.Net.Sockets;
using System.Text;
using Discovery.Client.Selection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Discovery.Client.Tests.Http;

/// <summary>The rules of retrying as the real transport triggers them.</summary>
public sealed class SocketTests : IAsyncDisposable
{
    private readonly HttpWorld _world = new();
    private readonly List<Server> _servers = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
        {
            await server.DisposeAsync();
        }

        await _world.DisposeAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Post_PortIsRefused_ContentIsReadOnceAndServedElsewhere(bool sync)
    {
        var good = Start(Behavior.Answer);
        List(Port(RefusedPort(), 1), Port(RefusedPort(), 2), Port(good.Port, 3));
        using var client = Client();
        for (var i = 0; i < 10; i++)
        {
            var content = new CountingContent();
            using var request = new HttpRequestMessage(HttpMethod.Post, "http://greeter/a") { Content = content };

            using var response = sync ? client.Send(request, Token) : await client.SendAsync(request, Token);

            Assert.Equal("hello", await response.Content.ReadAsStringAsync(Token));
            Assert.Equal(1, content.Reads);
        }
    }

    [Fact]
    public async Task Get_ResetBeforeTheResponse_IsServedElsewhere()
    {
        var (bad, good) = (Start(Behavior.Reset), Start(Behavior.Answer));
        List(Port(bad.Port, 1), Port(good.Port, 2));
        using var client = Client();

        for (var i = 0; i < 20; i++)
        {
            Assert.Equal("hello", await client.GetStringAsync(new Uri("http://greeter/"), Token));
        }

        // SocketsHttpHandler itself sends such a request up to four times to the same address before it gives up.
        Assert.InRange(bad.Requests, 1, 4 * 20);
    }

    [Fact]
    public async Task Post_ResetBeforeTheResponse_IsNotRepeated()
    {
        var (bad, other) = (Start(Behavior.Reset), Start(Behavior.Reset));
        List(Port(bad.Port, 1), Port(other.Port, 2));
        using var client = Client();

        await Assert.ThrowsAsync<HttpRequestException>(() => client.PostAsync(new Uri("http://greeter/"), new StringContent("x"), Token));

        Assert.Equal(1, bad.Requests + other.Requests);
    }

    /// <summary>SocketsHttpHandler sends a request without content again to the same address, and what it tells in the end is that no connection could be opened.</summary>
    [Theory]
    [InlineData("POST", null)]
    [InlineData("PATCH", null)]
    [InlineData("DELETE", false)]
    public async Task Send_InstanceDiesWithARequestThatHasNoContent_IsNotRepeated(string method, bool? repeatable)
    {
        var (bad, good) = (Start(Behavior.Die), Start(Behavior.Answer));
        _world.Configure(options => options.Selector = SelectorNames.PickFirst);
        List(Port(bad.Port, 1), Port(good.Port, 2));
        using var client = Client();
        using var request = new HttpRequestMessage(new HttpMethod(method), "http://greeter/");
        if (repeatable is { } said)
        {
            request.SetRepeatable(said);
        }

        await Assert.ThrowsAsync<HttpRequestException>(() => client.SendAsync(request, Token));

        Assert.Equal((1, 0), (bad.Requests, good.Requests));
        Assert.Null(request.Content);
        Assert.Equal([1L, 0L], (await _world.ViewAsync()).Nodes.Select(node => node.Node.Failures));
    }

    /// <summary>What the content is read from is the caller's: a gateway's own client that goes away is no failure of an instance.</summary>
    [Theory]
    [InlineData("short file", 0)]
    [InlineData("client", 0)]
    [InlineData("unknown", 1)]
    [InlineData("instance", 1)]
    public async Task Post_ContentIsNotDelivered_IsAFailureOfTheInstanceOnlyIfItIs(string who, int failures)
    {
        var server = Start(who == "instance" ? Behavior.Reset : Behavior.Answer);
        List(Port(server.Port, 1));
        using var client = Client();
        var failure = who switch
        {
            "short file" => new EndOfStreamException(),
            "client" => new ClientWentAway(new SocketException((int)SocketError.ConnectionReset)),
            "unknown" => new IOException("no such disk, or a connection over TLS that broke off"),
            _ => null,
        };

        await Assert.ThrowsAsync<HttpRequestException>(() => client.PostAsync(new Uri("http://greeter/"), new LongContent(failure), Token));

        var node = (await _world.ViewAsync()).Nodes.Single().Node;
        Assert.Equal((failures, 0), (node.Failures, node.Outstanding));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Post_ConnectionIsNotOpenedInTime_IsServedElsewhere(bool viaFactorysLogging)
    {
        var good = Start(Behavior.Answer);
        List(Port(1, 1), Port(good.Port, 2));
        using var transport = NeverConnects(toPort: 1);
        using var client = Client(viaFactorysLogging ? new LoggingHttpMessageHandler(NullLogger.Instance) { InnerHandler = transport } : transport);

        while ((await _world.ViewAsync()).Nodes.Sum(node => node.Node.Failures) == 0)
        {
            using var response = await client.PostAsync(new Uri("http://greeter/"), new CountingContent(), Token);

            Assert.Equal("hello", await response.Content.ReadAsStringAsync(Token));
        }
    }

    [Fact]
    public async Task Post_SomebodyElsesTimeout_IsNotRepeated()
    {
        List(Port(1, 1), Port(1, 2));
        using var client = Client(new TimesOut());

        await Assert.ThrowsAsync<TaskCanceledException>(() => client.PostAsync(new Uri("http://greeter/"), new CountingContent(), Token));

        Assert.Equal(1, (await _world.ViewAsync()).Nodes.Sum(node => node.Node.Failures));
    }

    [Fact]
    public async Task Get_BodyBreaksOff_IsAFailureAndNotRepeated()
    {
        var bad = Start(Behavior.BreakBody);
        List(Port(bad.Port, 1), Port(bad.Port, 2));
        using var client = Client();

        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetStringAsync(new Uri("http://greeter/"), Token));

        Assert.Equal(1, bad.Requests);
        var nodes = (await _world.ViewAsync()).Nodes;
        Assert.Equal((1L, 0), (nodes.Sum(node => node.Node.Failures), nodes.Sum(node => node.Node.Outstanding)));
    }

    private static ServiceInstance Port(int port, int number) => HttpWorld.Instance(number) with { Host = "127.0.0.1", Port = port };

    private static int RefusedPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private void List(params ServiceInstance[] instances) => _world.Backend.Set(instances);

    private HttpClient Client(HttpMessageHandler? inner = null)
        => new(new DiscoveryHandler(_world.Provider.GetRequiredService<Client.Http.HttpDispatcher>(), true) { InnerHandler = inner ?? new SocketsHttpHandler() });

    private static SocketsHttpHandler NeverConnects(int toPort) => new()
    {
        ConnectTimeout = TimeSpan.FromSeconds(2),
        ConnectCallback = async (context, cancellationToken) =>
        {
            await Task.Delay(context.DnsEndPoint.Port == toPort ? Timeout.Infinite : 0, cancellationToken);
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        },
    };

    private Server Start(Behavior behavior)
    {
        var server = new Server(behavior);
        _servers.Add(server);
        return server;
    }

    private sealed class TimesOut : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
            => throw new TaskCanceledException("too slow", new TimeoutException());
    }

    private enum Behavior
    {
        Answer,
        Reset,
        Die,
        BreakBody,
    }

    /// <summary>As servers tell of their connections.</summary>
    private sealed class ClientWentAway(Exception inner) : IOException("the client went away", inner);

    /// <summary>More than any buffer takes, or a failure after the first byte.</summary>
    private sealed class LongContent(Exception? failure) : HttpContent
    {
        private const int Size = 64 << 20;

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            var part = new byte[failure is null ? 1 << 20 : 1];
            for (var sent = 0; sent < Size; sent += part.Length)
            {
                await stream.WriteAsync(part);
                if (failure is not null)
                {
                    throw failure;
                }
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = Size;
            return true;
        }
    }

    private sealed class CountingContent : HttpContent
    {
        public int Reads { get; private set; }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            Reads++;
            return stream.WriteAsync(new byte[3]).AsTask();
        }

        protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            Reads++;
            stream.Write(new byte[3]);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 3;
            return true;
        }
    }

    private sealed class Server : IAsyncDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly Behavior _behavior;
        private readonly Task _loop;
        private int _requests;

        public Server(Behavior behavior)
        {
            _behavior = behavior;
            _listener.Start();
            _loop = AcceptAsync();
        }

        public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

        public int Requests => Volatile.Read(ref _requests);

        public async ValueTask DisposeAsync()
        {
            _listener.Stop();
            await _loop;
        }

        private async Task AcceptAsync()
        {
            try
            {
                while (true)
                {
                    _ = ServeAsync(await _listener.AcceptTcpClientAsync());
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
            {
            }
        }

        private async Task ServeAsync(TcpClient client)
        {
            using (client)
            {
                var stream = client.GetStream();
                await ReadRequestAsync(stream);
                Interlocked.Increment(ref _requests);
                if (_behavior == Behavior.Die)
                {
                    _listener.Stop();
                    return;
                }

                if (_behavior == Behavior.Reset)
                {
                    client.LingerState = new LingerOption(true, 0);
                    return;
                }

                var length = _behavior == Behavior.Answer ? 5 : 500;
                await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {length}\r\n\r\nhello"));
            }
        }

        // Up to the end of the headers and of a body of known length, so that closing does not reset what was answered.
        private static async Task ReadRequestAsync(NetworkStream stream)
        {
            var text = new StringBuilder();
            var buffer = new byte[4096];
            while (true)
            {
                var read = await stream.ReadAsync(buffer);
                text.Append(Encoding.Latin1.GetString(buffer, 0, read));
                var request = text.ToString();
                var end = request.IndexOf("\r\n\r\n", StringComparison.Ordinal);
                if (read == 0 || (end >= 0 && request.Length >= end + 4 + (request.Contains("Content-Length: 3", StringComparison.Ordinal) ? 3 : request.Contains("Content-Length: 1", StringComparison.Ordinal) ? 1 : 0)))
                {
                    return;
                }
            }
        }
    }
}
