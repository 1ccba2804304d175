using System.Net;
using System.Net.Sockets;
using Xunit;

namespace Discovery.Client.Servers.Tests;

public sealed class ServerNodeTests
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false, PooledConnectionLifetime = TimeSpan.Zero });

    [Fact]
    public async Task Node_KilledAndRestarted_KeepsItsData()
    {
        await using var node = await Needed(ServerNode.StartAsync(ServerKind.Consul, cancellationToken: Cancelled));
        await PutAsync(node, "kept");
        var first = node.ProcessId;
        Assert.True(Exists(first));

        await node.KillAsync();

        Assert.False(Exists(first));
        Assert.False(node.IsRunning);
        await Assert.ThrowsAsync<HttpRequestException>(() => GetAsync(node));
        await node.RestartAsync(Cancelled);
        Assert.NotEqual(first, node.ProcessId);
        Assert.Equal(HttpStatusCode.OK, await GetAsync(node));
    }

    [Fact]
    public async Task Node_Wiped_HasForgottenEverything()
    {
        await using var node = await Needed(ServerNode.StartAsync(ServerKind.Consul, cancellationToken: Cancelled));
        await PutAsync(node, "lost");

        await node.WipeAsync(Cancelled);

        Assert.Equal(HttpStatusCode.NotFound, await GetAsync(node));
    }

    [Fact]
    public async Task Node_Paused_AnswersNothingUntilResumed()
    {
        await using var node = await Needed(ServerNode.StartAsync(ServerKind.Consul, cancellationToken: Cancelled));
        await node.PauseAsync();
        using var connection = new TcpClient();
        await connection.ConnectAsync(IPAddress.Loopback, node.Port, Cancelled);
        await connection.GetStream().WriteAsync("GET /v1/status/leader HTTP/1.0\r\n\r\n"u8.ToArray(), Cancelled);
        var answer = connection.GetStream().ReadAsync(new byte[1], Cancelled).AsTask();
        Assert.NotSame(answer, await Task.WhenAny(answer, Task.Delay(TimeSpan.FromMilliseconds(500), Cancelled)));

        await node.ResumeAsync();

        Assert.Equal(1, await answer);
    }

    [Fact]
    public async Task Node_Disposed_LeavesNoProcessAndNoFolder()
    {
        var node = await Needed(ServerNode.StartAsync(ServerKind.Consul, cancellationToken: Cancelled));
        var process = node.ProcessId;
        await node.PauseAsync();

        await node.DisposeAsync();

        Assert.False(Exists(process));
        Assert.False(Directory.Exists(Path.GetDirectoryName(node.LogFile)));
    }

    [Fact]
    public async Task Node_Terminated_EndsByItself()
    {
        await using var node = await Needed(ServerNode.StartAsync(ServerKind.Etcd, cancellationToken: Cancelled));
        var process = node.ProcessId;

        await node.TerminateAsync();

        Assert.False(Exists(process));
    }

    [Fact]
    public async Task Node_WithAWrongSetting_FailsWithItsLog()
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(
            () => Needed(ServerNode.StartAsync(ServerKind.Consul, ["-no-such-flag"], Cancelled)));

        Assert.Contains("no-such-flag", error.Message, StringComparison.Ordinal);
        Assert.Contains("ended", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OlderVersion_Started_SaysItsVersion()
    {
        await using var node = await Needed(ServerNode.StartAsync(ServerKind.Consul18, cancellationToken: Cancelled));

        Assert.Contains("1.8.7", await Http.GetStringAsync(new Uri(node.Address, "/v1/agent/self"), Cancelled), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cluster_WithAClientAgent_AnswersThroughIt()
    {
        await using var cluster = await Needed(ServerCluster.StartAsync(ServerKind.Consul, cancellationToken: Cancelled));
        await using var agent = await ConsulClientAgent.StartAsync(cluster.Nodes, cancellationToken: Cancelled);

        var nodes = await Http.GetStringAsync(new Uri(agent.Address, "/v1/catalog/nodes"), Cancelled);

        Assert.All((string[])["n1", "n2", "n3"], name => Assert.Contains($"\"{name}\"", nodes, StringComparison.Ordinal));
        var process = agent.ProcessId;
        await agent.DisposeAsync();
        Assert.False(Exists(process));
    }

    internal static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    internal static bool Exists(int process) => Directory.Exists($"/proc/{process}");

    internal static async Task<T> Needed<T>(Task<T> start)
    {
        try
        {
            return await start;
        }
        catch (ServerUnavailableException e)
        {
            Assert.Skip(e.Message);
            throw;
        }
    }

    private static async Task PutAsync(ServerNode node, string value)
    {
        using var content = new StringContent(value);
        (await Http.PutAsync(new Uri(node.Address, "/v1/kv/key"), content, Cancelled)).EnsureSuccessStatusCode();
    }

    private static async Task<HttpStatusCode> GetAsync(ServerNode node)
    {
        using var answer = await Http.GetAsync(new Uri(node.Address, "/v1/kv/key"), Cancelled);
        return answer.StatusCode;
    }
}
