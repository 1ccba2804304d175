using System.Globalization;
using System.Net;
using Discovery.Client.Servers.Internal;

namespace Discovery.Client.Servers;

/// <summary>A network of its own for one node, with two cables to this machine's: over one its clients come, and the other, to its peers, can be pulled.</summary>
/// <remarks>A network namespace with two virtual Ethernet pairs; needs root and the program <c>ip</c>. The addresses are of 198.18.0.0/15, which is reserved for tests.</remarks>
public sealed class NodeNetwork : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);
    private readonly string _name;

    private NodeNetwork(int port)
    {
        var block = port / 10;
        _name = string.Create(CultureInfo.InvariantCulture, $"dc{block}");
        var first = (198u << 24) + (18u << 16) + ((uint)block * 8);
        (HostClientAddress, ClientAddress, HostPeerAddress, PeerAddress) = (Address(first + 1), Address(first + 2), Address(first + 5), Address(first + 6));
    }

    /// <summary>Where the node's clients find it.</summary>
    public IPAddress ClientAddress { get; }

    /// <summary>Where its peers find it.</summary>
    public IPAddress PeerAddress { get; }

    /// <summary>Where it finds its peers.</summary>
    public IPAddress HostPeerAddress { get; }

    /// <summary>What stands before a command that runs in this network.</summary>
    internal IReadOnlyList<string> Enter => ["ip", "netns", "exec", _name];

    private IPAddress HostClientAddress { get; }

    /// <summary>Makes the network.</summary>
    /// <param name="ports">The node's ports; no two networks that live at the same time have the same.</param>
    /// <exception cref="ServerUnavailableException">This machine does not let us: skip the test.</exception>
    public static async Task<NodeNetwork> CreateAsync(PortLease ports)
    {
        ArgumentNullException.ThrowIfNull(ports);
        var network = new NodeNetwork(ports.Port);
        try
        {
            await network.RemoveAsync();
            await RunAsync("netns", "add", network._name);
            await network.PlugAsync("c", network.HostClientAddress, network.ClientAddress);
            await network.PlugAsync("p", network.HostPeerAddress, network.PeerAddress);
            await RunAsync("-n", network._name, "link", "set", "lo", "up");
            return network;
        }
        catch (InvalidOperationException refused)
        {
            await network.RemoveAsync();
            throw new ServerUnavailableException("a network of its own for a server", refused.Message, refused);
        }
    }

    /// <summary>Pulls the cable to the peers: nothing is refused, nothing arrives.</summary>
    public Task CutAsync() => RunAsync("link", "set", _name + "p", "down");

    /// <summary>Plugs it in again.</summary>
    public Task MendAsync() => RunAsync("link", "set", _name + "p", "up");

    public async ValueTask DisposeAsync() => await RemoveAsync();

    private static IPAddress Address(uint value) => new([(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value]);

    private static async Task RunAsync(params IReadOnlyList<string> arguments)
    {
        var (code, _, errors) = await KeptProcess.RunAsync(["ip", .. arguments], Limit);
        if (code != 0)
        {
            throw new InvalidOperationException($"ip {string.Join(' ', arguments)} ended with {code}: {errors.Trim()}");
        }
    }

    private async Task PlugAsync(string cable, IPAddress here, IPAddress there)
    {
        await RunAsync("link", "add", _name + cable, "type", "veth", "peer", "name", cable, "netns", _name);
        await RunAsync("addr", "add", $"{here}/30", "dev", _name + cable);
        await RunAsync("link", "set", _name + cable, "up");
        await RunAsync("-n", _name, "addr", "add", $"{there}/30", "dev", cable);
        await RunAsync("-n", _name, "link", "set", cable, "up");
    }

    // What an earlier run could not remove is in nobody's use: the ports are ours. The namespace outlives its name while connections of killed servers linger, so the cables do not wait for it.
    private async Task RemoveAsync()
    {
        foreach (string[] what in (string[][])[["link", "del", _name + "c"], ["link", "del", _name + "p"], ["netns", "del", _name]])
        {
            await KeptProcess.RunAsync(["ip", .. what], Limit);
        }
    }
}
