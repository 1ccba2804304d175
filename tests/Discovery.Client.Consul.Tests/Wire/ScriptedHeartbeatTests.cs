namespace Discovery.Client.Consul.Tests.Wire;

/// <summary>Heartbeats through proxies that answer in other ways than an agent.</summary>
public sealed class ScriptedHeartbeatTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\ntransfer-encoding: Chunked\r\n\r\n4;x=y\r\ntrue\r\nA\r\n0123456789\r\n0\r\nTrailer: 1\r\n\r\n")]
    [InlineData("HTTP/1.1 204 No Content\r\n\r\n")]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")]
    public async Task Renew_AnswerWithoutLength_IsUnderstoodAndTheConnectionKept(string answer)
    {
        await using var agent = new ScriptedAgent((request, n) => n <= 2 ? ScriptedAgent.Ok("") : answer);
        await using var backend = BackendTestKit.Create(o => o.RequestTimeout = TimeSpan.FromSeconds(2), agent.Address);
        var lease = await backend.RegisterAsync(TestKit.Wish(TestKit.Instance()), Stop);
        var connections = agent.Connections;
        for (var i = 0; i < 3; i++)
        {
            await backend.RenewAsync(lease.Group, Stop);
        }

        Assert.Equal(connections + 1, agent.Connections);
    }

    [Fact]
    public async Task Renew_UnknownCheckSaidInChunks_IsALoss()
    {
        await using var agent = new ScriptedAgent((request, n) => n <= 2 ? ScriptedAgent.Ok("")
            : "HTTP/1.1 500 x\r\nTransfer-Encoding: chunked\r\n\r\n8\r\nUnknown \r\n5\r\ncheck\r\n0\r\n\r\n");
        await using var backend = BackendTestKit.Create(o => o.RequestTimeout = TimeSpan.FromSeconds(2), agent.Address);
        var lease = await backend.RegisterAsync(TestKit.Wish(TestKit.Instance()), Stop);
        await Assert.ThrowsAsync<LeaseLostException>(async () => await backend.RenewAsync(lease.Group, Stop));
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n5\r\nab")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\nzz\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n-1\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n2\r\nabcd\r\n0\r\n\r\n")]
    public async Task Renew_ChunksThatAreNone_IsTheConnectionsTrouble(string answer)
    {
        await using var agent = new ScriptedAgent((request, n) => n <= 2 ? ScriptedAgent.Ok("") : answer);
        await using var backend = BackendTestKit.Create(o => o.RequestTimeout = TimeSpan.FromSeconds(2), agent.Address);
        var lease = await backend.RegisterAsync(TestKit.Wish(TestKit.Instance()), Stop);
        var error = await Assert.ThrowsAsync<RegistryException>(async () => await backend.RenewAsync(lease.Group, Stop));
        Assert.Equal((true, agent.Address.Authority), (error.IsTransient, error.Connection));
    }

    [Theory]
    [InlineData(429, "RPC rate limit exceeded")]
    [InlineData(503, "rate limit exceeded for operation that can only be performed by the leader")]
    public async Task Renew_Throttled_SaysHowLongToWait(int status, string body)
    {
        await using var agent = new ScriptedAgent((request, n) => n <= 2 ? ScriptedAgent.Ok("") : ScriptedAgent.Error(status, body, "Retry-After: 7\r\n"));
        await using var backend = BackendTestKit.Create(agent.Address);
        var lease = await backend.RegisterAsync(TestKit.Wish(TestKit.Instance()), Stop);
        var error = await Assert.ThrowsAsync<RegistryException>(async () => await backend.RenewAsync(lease.Group, Stop));
        Assert.Equal((true, TimeSpan.FromSeconds(7)), (error.IsTransient, error.RetryAfter));
    }
}
