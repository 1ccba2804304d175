using System.Text.Json;
using Discovery.Client.Servers.Internal;

namespace Discovery.Client.Servers;

/// <summary>Consul as applications usually meet it: an agent that is no server, on the application's own machine.</summary>
public static class ConsulClientAgent
{
    /// <summary>Starts an agent that joins the servers and waits until it answers through them.</summary>
    /// <param name="servers">The servers; their version is the agent's too.</param>
    /// <param name="settings">Further flags of <c>consul agent</c>.</param>
    /// <param name="cancellationToken">Ends the attempt, and the agent with it.</param>
    /// <exception cref="ServerUnavailableException">Consul is not on this machine: skip the test.</exception>
    public static async Task<ServerNode> StartAsync(
        IReadOnlyList<ServerNode> servers, IReadOnlyList<string>? settings = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(servers);
        var kind = servers[0].Kind;
        var environment = await ServerNode.PrepareAsync(kind);
        var program = environment is [var older, ..] ? older.Value : await ServerScripts.ProgramAsync("bin/consul");
        var ports = PortLease.Take(kind.PortOffsets);
        var folder = new ServerFolder($"consul-client-{ports.Port}");
        var configuration = Path.Combine(folder.Location, "client.json");
        await File.WriteAllTextAsync(configuration, Configuration(ports.Port, hasGrpcTls: environment.Length == 0), cancellationToken);
        string[] command =
        [
            program, "agent", "-data-dir", folder.Data, "-config-file", configuration, "-retry-interval=1s", "-log-level", "warn",
            .. servers.SelectMany(server => (string[])["-retry-join", $"127.0.0.1:{server.Port + 3}"]),
            .. settings ?? [],
        ];
        var node = ServerNode.FromCommand(kind, ports, folder, command);
        await node.StartOrDisposeAsync(cancellationToken);
        return node;
    }

    // The same distances between ports as the script `run` uses. grpc_tls came with 1.14 and is an unknown key before.
    private static string Configuration(int port, bool hasGrpcTls)
    {
        var ports = new Dictionary<string, int>
        {
            ["http"] = port,
            ["dns"] = port + 1,
            ["server"] = port + 2,
            ["serf_lan"] = port + 3,
            ["serf_wan"] = port + 4,
            ["grpc"] = port + 5,
        };
        if (hasGrpcTls)
        {
            ports["grpc_tls"] = port + 6;
        }

        return JsonSerializer.Serialize(new Dictionary<string, object>
        {
            ["ports"] = ports,
            ["node_name"] = $"client-{port}",
            ["bind_addr"] = "127.0.0.1",
            ["client_addr"] = "127.0.0.1",
            ["disable_update_check"] = true,
            ["leave_on_terminate"] = false,
            ["skip_leave_on_interrupt"] = true,
            ["check_update_interval"] = "0s",
        });
    }
}
