using Discovery.Client.Servers.Internal;

namespace Discovery.Client.Servers;

/// <summary>Several nodes of one registry that form a cluster.</summary>
public sealed class ServerCluster : IAsyncDisposable
{
    private ServerCluster(IReadOnlyList<ServerNode> nodes) => Nodes = nodes;

    /// <summary>The nodes, in the order of the member list.</summary>
    public IReadOnlyList<ServerNode> Nodes { get; }

    /// <summary>Starts a cluster and waits until every node answers.</summary>
    /// <param name="kind">Which registry in which version.</param>
    /// <param name="size">How many nodes.</param>
    /// <param name="settings">What goes behind <c>--</c> of the script <c>run</c>, the same for all.</param>
    /// <param name="cancellationToken">Ends the attempt, and the servers with it.</param>
    /// <exception cref="ServerUnavailableException">The server is not on this machine: skip the test.</exception>
    public static async Task<ServerCluster> StartAsync(
        ServerKind kind, int size = 3, IReadOnlyList<string>? settings = null, CancellationToken cancellationToken = default)
    {
        var environment = await ServerNode.PrepareAsync(kind);
        using var turn = await StartTurn.TakeAsync(kind, cancellationToken);
        var ports = Enumerable.Range(0, size).Select(_ => PortLease.Take(kind.PortOffsets)).ToArray();
        var members = Array.ConvertAll(ports, lease => lease.Port);
        var nodes = Array.ConvertAll(ports, lease => ServerNode.FromScripts(kind, lease, members, settings, environment));
        var cluster = new ServerCluster(nodes);
        try
        {
            await Task.WhenAll(nodes.Select(node => node.StartOrDisposeAsync(cancellationToken)));
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Call when a test failed: the logs stay.</summary>
    public void KeepLogs()
    {
        foreach (var node in Nodes)
        {
            node.KeepLog();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in Nodes)
        {
            await node.DisposeAsync();
        }
    }
}
