using System.Net;

namespace Discovery.Client.Servers;

/// <summary>Three members of etcd, of which one can be cut off from the two others while its clients still reach it.</summary>
public sealed class CutOffCluster : IAsyncDisposable
{
    private readonly NodeNetwork _network;

    private CutOffCluster(NodeNetwork network, IReadOnlyList<ServerNode> majority, ServerNode lonely) => (_network, Majority, Lonely) = (network, majority, lonely);

    /// <summary>The two that stay together.</summary>
    public IReadOnlyList<ServerNode> Majority { get; }

    /// <summary>The one that can be cut off.</summary>
    public ServerNode Lonely { get; }

    /// <summary>Starts the cluster and waits until every member answers.</summary>
    /// <param name="kind">etcd, in which version.</param>
    /// <param name="cancellationToken">Ends the attempt, and the servers with it.</param>
    /// <exception cref="ServerUnavailableException">The server is not on this machine, or it lets nobody make networks: skip the test.</exception>
    public static async Task<CutOffCluster> StartAsync(ServerKind kind, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(kind);
        var environment = await ServerNode.PrepareAsync(kind);
        var ports = Enumerable.Range(0, 3).Select(_ => PortLease.Take(kind.PortOffsets)).ToArray();
        var network = await CreateNetworkAsync(ports);
        var members = Array.ConvertAll(ports, lease => lease.Port);
        var peers = ports.Select((lease, i) => $"http://{(i == 2 ? network.PeerAddress : network.HostPeerAddress)}:{lease.Port + 1}").ToArray();
        var cluster = string.Join(',', peers.Select((peer, i) => $"n{i + 1}={peer}"));
        var nodes = ports.Select((lease, i) =>
        {
            string[] settings = ["--listen-peer-urls", peers[i], "--initial-advertise-peer-urls", peers[i], "--initial-cluster", cluster];
            return i < 2
                ? ServerNode.FromScripts(kind, lease, members, settings, environment)
                : ServerNode.FromScripts(kind, lease, members, [.. settings, .. ClientUrls(network.ClientAddress, lease.Port)], environment, network);
        }).ToArray();
        var result = new CutOffCluster(network, nodes[..2], nodes[2]);
        try
        {
            await Task.WhenAll(nodes.Select(node => node.StartOrDisposeAsync(cancellationToken)));
            return result;
        }
        catch
        {
            await result.DisposeAsync();
            throw;
        }
    }

    /// <summary>From now on the lonely one and the majority hear nothing of each other.</summary>
    public Task CutAsync() => _network.CutAsync();

    /// <summary>They do again.</summary>
    public Task MendAsync() => _network.MendAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (var node in Majority.Append(Lonely))
        {
            await node.DisposeAsync();
        }

        await _network.DisposeAsync();
    }

    private static async Task<NodeNetwork> CreateNetworkAsync(PortLease[] ports)
    {
        try
        {
            return await NodeNetwork.CreateAsync(ports[2]);
        }
        catch
        {
            foreach (var lease in ports)
            {
                lease.Dispose();
            }

            throw;
        }
    }

    // The script `ready` asks on the loopback.
    private static string[] ClientUrls(IPAddress address, int port)
        => ["--listen-client-urls", $"http://{address}:{port},http://127.0.0.1:{port}", "--advertise-client-urls", $"http://{address}:{port}"];
}
