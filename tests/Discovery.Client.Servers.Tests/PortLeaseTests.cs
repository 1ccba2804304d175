using System.Net;
using System.Net.Sockets;
using Xunit;

namespace Discovery.Client.Servers.Tests;

public sealed class PortLeaseTests
{
    [Fact]
    public void Leases_TakenTogether_ShareNoPort()
    {
        var leases = Enumerable.Range(0, 50).Select(_ => PortLease.Take(0, 1000, 1001, -1000)).ToArray();

        var ports = leases.SelectMany(lease => (int[])[lease.Port, lease.Port + 1000, lease.Port + 1001, lease.Port - 1000]).ToArray();
        Assert.Equal(ports.Length, ports.Distinct().Count());
        Assert.All(ports, port => Assert.InRange(port, 10_000, 32_767));
        Array.ForEach(leases, lease => lease.Dispose());
    }

    [Fact]
    public void Lease_Taken_CanBeListenedOnByItsOwner()
    {
        using var lease = PortLease.Take(0, 3);
        foreach (var port in (int[])[lease.Port, lease.Port + 3])
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
        }
    }
}
