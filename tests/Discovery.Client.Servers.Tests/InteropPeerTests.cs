using Xunit;

namespace Discovery.Client.Servers.Tests;

public sealed class InteropPeerTests
{
    [Fact]
    public async Task Peers_OnEtcd_SeeEachOther()
    {
        await using var node = await ServerNodeTests.Needed(ServerNode.StartAsync(ServerKind.Etcd, cancellationToken: ServerNodeTests.Cancelled));
        var registry = $"etcd://127.0.0.1:{node.Port}";
        await using var watcher = await ServerNodeTests.Needed(InteropPeer.WatchAsync("interop-go", "kratos", registry, "orders"));
        await using var provider = await ServerNodeTests.Needed(
            InteropPeer.RegisterAsync("interop-go", "kratos", registry, "orders", "127.0.0.1:4711", cancellationToken: ServerNodeTests.Cancelled));
        await watcher.WaitForAsync(
            line => line.GetProperty("addresses").EnumerateArray().Any(address => address.GetString()!.Contains("127.0.0.1:4711", StringComparison.Ordinal)),
            TimeSpan.FromSeconds(20),
            ServerNodeTests.Cancelled);

        await provider.StopAsync();

        await watcher.WaitForAddressesAsync([], TimeSpan.FromSeconds(20), ServerNodeTests.Cancelled);
    }
}
