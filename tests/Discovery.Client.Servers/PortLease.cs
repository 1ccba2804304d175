using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Discovery.Client.Servers;

/// <summary>A port, and others at fixed distances from it, that nothing listens on and that no other test process takes before this is disposed.</summary>
public sealed class PortLease : IDisposable
{
    private const int BlockSize = 10;
    private const int Lowest = 11_000;
    private const int Highest = 29_990;

    // Ports above 32767 go to outgoing connections at any moment, so that a free one does not stay free.
    // Not the temporary folder, which differs between runs that share the machine's ports.
    private static readonly string Folder = $"/tmp/discovery-client-ports-{Environment.UserName}";
    private static int _turn = Environment.ProcessId * 37;

    private readonly List<FileStream> _locks;

    private PortLease(int port, List<FileStream> locks)
    {
        Port = port;
        _locks = locks;
    }

    /// <summary>The port itself; a multiple of ten, and the nine after it are free too.</summary>
    public int Port { get; }

    /// <summary>Takes a block of ten free ports, plus the ones at the given distances.</summary>
    /// <param name="offsets">Distances from <see cref="Port"/>; ports there are free for TCP and UDP.</param>
    public static PortLease Take(params IReadOnlyList<int> offsets)
    {
        Directory.CreateDirectory(Folder);
        const int Blocks = (Highest - Lowest) / BlockSize;
        for (var attempt = 0; attempt < Blocks; attempt++)
        {
            var port = Lowest + ((int)((uint)Interlocked.Increment(ref _turn) % Blocks) * BlockSize);
            if (TryTake(port, offsets) is { } locks)
            {
                return new PortLease(port, locks);
            }
        }

        throw new InvalidOperationException($"No free ports between {Lowest} and {Highest}.");
    }

    public void Dispose() => Release(_locks);

    private static List<FileStream>? TryTake(int port, IReadOnlyList<int> offsets)
    {
        var locks = new List<FileStream>();
        try
        {
            foreach (var block in offsets.Prepend(0).Select(offset => (port + offset) / BlockSize).Distinct())
            {
                // The kernel releases the lock of a process that was killed; the files stay, for deleting one would race with another's open.
                locks.Add(new FileStream(
                    Path.Combine(Folder, block.ToString(CultureInfo.InvariantCulture)), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            }

            if (offsets.Prepend(0).All(offset => IsFree(port + offset)))
            {
                return locks;
            }
        }
        catch (IOException)
        {
        }

        Release(locks);
        return null;
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var tcp = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            tcp.Bind(new IPEndPoint(IPAddress.Any, port));
            tcp.Listen(1);
            using var udp = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            udp.Bind(new IPEndPoint(IPAddress.Any, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static void Release(List<FileStream> locks)
    {
        foreach (var file in locks)
        {
            file.Dispose();
        }
    }
}
