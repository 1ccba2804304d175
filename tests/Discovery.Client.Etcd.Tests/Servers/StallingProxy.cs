using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Discovery.Client.Etcd.Tests.Servers;

/// <summary>Passes bytes to a server, counts connections, and can swallow what passes on those that are open while new ones work: what a firewall that forgot its connections does.</summary>
internal sealed class StallingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<Task> _running = [];
    private readonly int _target;
    private int _count;
    private volatile int _swallowed;
    private long _sent;

    /// <param name="target">The server's port; 0: whatever connects is never answered.</param>
    public StallingProxy(int target)
    {
        _target = target;
        _listener.Start();
        _running.Add(AcceptAsync());
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>How many connections were made.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>How many bytes clients have sent.</summary>
    public long Sent => Interlocked.Read(ref _sent);

    /// <summary>Nothing passes any more on the connections that there are.</summary>
    public void SwallowOpen() => _swallowed = Count;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await Task.WhenAll(_running);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                _running.Add(PassAsync(client, Interlocked.Increment(ref _count)));
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException)
        {
        }
    }

    private async Task PassAsync(TcpClient client, int number)
    {
        using (client)
        using (var server = new TcpClient())
        {
            try
            {
                if (_target == 0)
                {
                    await client.GetStream().CopyToAsync(Stream.Null, _stop.Token);
                    return;
                }

                (client.NoDelay, server.NoDelay) = (true, true);
                await server.ConnectAsync(IPAddress.Loopback, _target, _stop.Token);
                await Task.WhenAny(PumpAsync(client, server, number, isUp: true), PumpAsync(server, client, number, isUp: false));
            }
            catch (Exception error) when (error is OperationCanceledException or SocketException or IOException)
            {
            }
        }
    }

    private async Task PumpAsync(TcpClient from, TcpClient to, int number, bool isUp)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await from.GetStream().ReadAsync(buffer, _stop.Token) is > 0 and var read)
            {
                Interlocked.Add(ref _sent, isUp ? read : 0);
                if (number > _swallowed)
                {
                    await to.GetStream().WriteAsync(buffer.AsMemory(0, read), _stop.Token);
                }
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or IOException or ObjectDisposedException or InvalidOperationException)
        {
        }
    }
}
