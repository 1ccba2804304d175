using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Discovery.Client.Consul;

/// <summary>
/// One connection for heartbeats that uses nothing but the calling thread. HttpClient.Send is not enough when the pool has no free thread: it opens connections on the pool,
/// its timers fire there, and a connection that idled for half a minute has an asynchronous read pending whose end the pool must report.
/// </summary>
internal sealed class HeartbeatConnection : IDisposable
{
    private const int MaxHead = 64 * 1024;
    private readonly Socket _socket;
    private Stream? _stream;

    private HeartbeatConnection(Socket socket, long opened)
    {
        _socket = socket;
        Opened = opened;
    }

    /// <summary>When it was opened, as a timestamp.</summary>
    public long Opened { get; }

    /// <summary>Whether its last answer was read whole, so that the next request may follow.</summary>
    public bool IsReusable { get; private set; }

    public static HeartbeatConnection Open(Uri endpoint, IReadOnlyList<IPAddress> addresses, BackendTls tls, Deadline deadline, long now)
    {
        Exception? last = null;
        foreach (var address in addresses)
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            var connection = new HeartbeatConnection(socket, now);
            try
            {
                Connect(socket, new IPEndPoint(address, endpoint.Port), deadline);
                connection._stream = connection.Secure(endpoint, tls, deadline);
                return connection;
            }
            catch (Exception error) when (error is SocketException or IOException or TimeoutException or System.Security.Authentication.AuthenticationException)
            {
                last = error;
                connection.Dispose();
            }
        }

        throw last ?? new SocketException((int)SocketError.HostNotFound);
    }

    /// <summary>Sends a request without content and reads the answer.</summary>
    public ConsulAnswer Send(string head, Deadline deadline)
    {
        IsReusable = false;
        _socket.SendTimeout = deadline.RemainingMilliseconds;
        _stream!.Write(Encoding.ASCII.GetBytes(head));
        var answer = new HeartbeatAnswer();
        var buffer = new byte[4096];
        while (!answer.IsComplete)
        {
            _socket.ReceiveTimeout = deadline.RemainingMilliseconds;
            var count = _stream.Read(buffer, 0, buffer.Length);
            if (count == 0 || answer.Length > MaxHead)
            {
                return answer.EndOfStream();
            }

            answer.Append(buffer.AsSpan(0, count));
        }

        IsReusable = answer.KeepsAlive;
        return answer.Result;
    }

    public void Dispose()
    {
        _stream?.Dispose();
        _socket.Dispose();
    }

    /// <summary>A blocking connect knows no timeout, so this one starts and waits for the socket to become writable.</summary>
    private static void Connect(Socket socket, IPEndPoint address, Deadline deadline)
    {
        socket.Blocking = false;
        try
        {
            socket.Connect(address);
        }
        catch (SocketException error) when (error.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
        {
            if (!socket.Poll(TimeSpan.FromMilliseconds(deadline.RemainingMilliseconds), SelectMode.SelectWrite))
            {
                throw new SocketException((int)SocketError.TimedOut);
            }

            if (socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error) is int code and not 0)
            {
                throw new SocketException(code);
            }
        }

        socket.Blocking = true;
        if (!socket.Connected)
        {
            throw new SocketException((int)SocketError.ConnectionRefused);
        }
    }

    private Stream Secure(Uri endpoint, BackendTls tls, Deadline deadline)
    {
        var plain = new NetworkStream(_socket);
        if (endpoint.Scheme != Uri.UriSchemeHttps)
        {
            return plain;
        }

        _socket.SendTimeout = _socket.ReceiveTimeout = deadline.RemainingMilliseconds;
        var secured = new SslStream(plain);
        _stream = secured;
        secured.AuthenticateAsClient(tls.ForHost(endpoint.IdnHost));
        return secured;
    }
}
