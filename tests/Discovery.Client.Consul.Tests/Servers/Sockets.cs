using System.Globalization;

namespace Discovery.Client.Consul.Tests.Servers;

/// <summary>Counts connections as the kernel sees them.</summary>
internal static class Sockets
{
    /// <summary>How many sockets of this machine are connected to the port, those included whose other side has closed already.</summary>
    public static int CountTo(int port)
    {
        var suffix = ":" + port.ToString("X4", CultureInfo.InvariantCulture);
        return File.ReadLines("/proc/net/tcp").Skip(1)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Count(fields => fields[1].EndsWith(suffix, StringComparison.Ordinal) && fields[3] is "01" or "08");
    }
}
