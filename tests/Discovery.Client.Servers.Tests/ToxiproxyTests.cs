using System.Net.Sockets;
using Xunit;

namespace Discovery.Client.Servers.Tests;

public sealed class ToxiproxyTests
{
    [Fact]
    public async Task Proxy_WithTroubles_ShowsThem()
    {
        await using var toxiproxy = await ServerNodeTests.Needed(Toxiproxy.StartAsync(ServerNodeTests.Cancelled));
        await using var node = await ServerNodeTests.Needed(ServerNode.StartAsync(ServerKind.Consul, cancellationToken: ServerNodeTests.Cancelled));
        await using var proxy = await toxiproxy.CreateProxyAsync(node.Port, ServerNodeTests.Cancelled);
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(1) };
        var address = new Uri(proxy.Address, "/v1/status/leader");
        Assert.NotEmpty(await http.GetStringAsync(address, ServerNodeTests.Cancelled));

        await proxy.SwallowAsync(ServerNodeTests.Cancelled);
        await Assert.ThrowsAsync<TaskCanceledException>(() => http.GetStringAsync(address, ServerNodeTests.Cancelled));
        await proxy.ClearAsync(ServerNodeTests.Cancelled);
        Assert.NotEmpty(await http.GetStringAsync(address, ServerNodeTests.Cancelled));

        await proxy.DisableAsync(ServerNodeTests.Cancelled);
        var refused = await Assert.ThrowsAsync<HttpRequestException>(() => http.GetStringAsync(address, ServerNodeTests.Cancelled));
        Assert.IsType<SocketException>(refused.InnerException);
        await proxy.EnableAsync(ServerNodeTests.Cancelled);
        Assert.NotEmpty(await http.GetStringAsync(address, ServerNodeTests.Cancelled));

        await proxy.ResetAsync(ServerNodeTests.Cancelled);
        await Assert.ThrowsAsync<HttpRequestException>(() => http.GetStringAsync(address, ServerNodeTests.Cancelled));
        await proxy.ClearAsync(ServerNodeTests.Cancelled);
        Assert.NotEmpty(await http.GetStringAsync(address, ServerNodeTests.Cancelled));
    }
}
