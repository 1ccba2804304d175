using System.Net;
using System.Net.Sockets;

namespace QuickStart;

/// <summary>Ports of the loopback that nobody listens on.</summary>
internal static class FreePorts
{
    /// <summary>Below 32768: the ports above go to outgoing connections at any moment.</summary>
    public static IReadOnlyList<int> Take(int count)
    {
        var ports = new HashSet<int>();
        for (var attempts = 0; ports.Count < count && attempts < 1000; attempts++)
        {
            var port = Random.Shared.Next(20000, 32000);
            if (!ports.Contains(port) && IsFree(port))
            {
                ports.Add(port);
            }
        }

        return ports.Count == count ? [.. ports] : throw new QuickStartException("There are no free ports on 127.0.0.1.");
    }

    private static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
