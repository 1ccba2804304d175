using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using Discovery.Client.Http;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Discovery.Client.Tests.Http;

/// <summary>WebSockets as .NET opens them, to the name of a service.</summary>
public sealed class WebSocketTests : IAsyncDisposable
{
    private readonly HttpWorld _world = new();
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Task _server;

    public WebSocketTests()
    {
        _listener.Start();
        _server = EchoAsync();
        _world.Backend.Set([HttpWorld.Instance(1) with { Host = "127.0.0.1", Port = ((IPEndPoint)_listener.LocalEndpoint).Port }]);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _server;
        await _world.DisposeAsync();
    }

    [Fact]
    public async Task Connect_NameOfAService_ReachesItAndIsOutstandingUntilItCloses()
    {
        using var handler = new DiscoveryHandler(_world.Provider.GetRequiredService<HttpDispatcher>(), false) { InnerHandler = new SocketsHttpHandler() };
        using var invoker = new HttpMessageInvoker(handler);
        using (var socket = new ClientWebSocket())
        {
            await socket.ConnectAsync(new Uri("ws://greeter/echo?x=1"), invoker, Token);
            await socket.SendAsync("hello"u8.ToArray(), WebSocketMessageType.Text, true, Token);
            var buffer = new byte[100];
            var received = await socket.ReceiveAsync(buffer.AsMemory(), Token);

            Assert.Equal("hello of GET /echo?x=1 HTTP/1.1", Encoding.UTF8.GetString(buffer, 0, received.Count));
            Assert.Equal(1, await _world.OutstandingAsync());

            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, Token);
        }

        Assert.Equal(0, await _world.OutstandingAsync());
    }

    private async Task EchoAsync()
    {
        using var client = await _listener.AcceptTcpClientAsync(Token);
        await using var stream = client.GetStream();
        using var reader = new StreamReader(stream, Encoding.ASCII, false, 1, leaveOpen: true);
        var (request, key) = (await reader.ReadLineAsync(Token), "");
        while (await reader.ReadLineAsync(Token) is { Length: > 0 } line)
        {
            key = line.StartsWith("Sec-WebSocket-Key: ", StringComparison.OrdinalIgnoreCase) ? line["Sec-WebSocket-Key: ".Length..] : key;
        }

#pragma warning disable CA5350 // RFC 6455 asks for it
        var accept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
#pragma warning restore CA5350
        await stream.WriteAsync(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n")), Token);
        using var socket = WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = true });
        var buffer = new byte[100];
        var received = await socket.ReceiveAsync(buffer.AsMemory(), Token);
        await socket.SendAsync(Encoding.UTF8.GetBytes($"{Encoding.UTF8.GetString(buffer, 0, received.Count)} of {request}"), WebSocketMessageType.Text, true, Token);
        await socket.ReceiveAsync(buffer.AsMemory(), Token);
        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, Token);
    }
}
