namespace Discovery.Client.Consul.Tests.Wire;

public sealed class ScriptedWatchTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>A server that answers at once although nothing changed.</summary>
    [Fact]
    public async Task Watch_InstantAnswersWithNothingNew_AsksAtMostTwiceASecond()
    {
        await using var agent = new ScriptedAgent((_, _) => ScriptedAgent.Ok(ScriptedAgent.List("a"), 7));
        await using var backend = BackendTestKit.Create(agent.Address);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        limit.CancelAfter(TimeSpan.FromSeconds(3));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var list in backend.WatchAsync(new("s"), null, limit.Token))
            {
                Assert.Single(list.Instances);
            }
        });
        Assert.InRange(agent.Requests.Count, 3, 8);
    }

    /// <summary>The index falls, starts over, and is beyond what a double can hold.</summary>
    [Fact]
    public async Task Watch_IndexFalls_StartsOverInANewEpochAndPublishesNothingOfThatAnswer()
    {
        const ulong Big = 9_223_372_036_854_775_809;
        await using var agent = new ScriptedAgent((_, n) => n switch
        {
            1 => ScriptedAgent.Ok(ScriptedAgent.List("a", "bb"), Big),
            2 => ScriptedAgent.Ok(ScriptedAgent.List(), 5),
            3 => ScriptedAgent.Ok(ScriptedAgent.List("a"), 6),
            _ => null,
        });
        await using var backend = BackendTestKit.Create(agent.Address);
        await using var lists = backend.WatchAsync(new("s"), null, Stop).GetAsyncEnumerator(Stop);
        var first = await lists.UntilAsync(_ => true);
        var second = await lists.UntilAsync(_ => true);
        Assert.Equal((2, 1), (first.Instances.Length, second.Instances.Length));
        Assert.Equal(Big, first.Version.Number);
        Assert.NotEqual(first.Version.Epoch, second.Version.Epoch);
        var requests = agent.Requests.ToArray();
        Assert.Contains($"index={Big}", requests[1], StringComparison.Ordinal);
        Assert.DoesNotContain("index=", requests[2], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(500, "No cluster leader", "", true, null)]
    [InlineData(429, "Your IP is issuing too many concurrent connections", "Connection: close\r\n", true, null)]
    [InlineData(429, "rate limit exceeded, try again later", "Retry-After: 7\r\n", true, 7)]
    [InlineData(403, "ACL not found", "", false, null)]
    [InlineData(301, "", "Location: /elsewhere\r\n", false, null)]
    public async Task Watch_ErrorAfterAList_ThrowsAndPublishesNothing(int status, string body, string headers, bool transient, int? retryAfter)
    {
        await using var agent = new ScriptedAgent((_, n) => n == 1 ? ScriptedAgent.Ok(ScriptedAgent.List("a"), 7) : ScriptedAgent.Error(status, body, "X-Consul-Index: 1\r\n" + headers));
        await using var backend = BackendTestKit.Create(agent.Address);
        await using var lists = backend.WatchAsync(new("s"), null, Stop).GetAsyncEnumerator(Stop);
        Assert.Single((await lists.UntilAsync(_ => true)).Instances);
        var error = await Assert.ThrowsAsync<RegistryException>(async () => await lists.MoveNextAsync());
        Assert.Equal(transient, error.IsTransient);
        Assert.Equal(retryAfter, error.RetryAfter?.TotalSeconds);
        Assert.Null(error.Connection);
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 200 OK\r\nX-Consul-Index: 9\r\nContent-Length: 100\r\nConnection: close\r\n\r\n[{")]
    [InlineData("nonsense\r\n\r\nConnection: close\r\n")]
    public async Task Watch_AnswerCutOff_IsTheConnectionsTrouble(string answer)
    {
        await using var agent = new ScriptedAgent((_, _) => answer);
        await using var backend = BackendTestKit.Create(agent.Address);
        await using var lists = backend.WatchAsync(new("s"), null, Stop).GetAsyncEnumerator(Stop);
        var error = await Assert.ThrowsAsync<RegistryException>(async () => await lists.MoveNextAsync());
        Assert.True(error.IsTransient);
        Assert.Equal(agent.Address.Authority, error.Connection);
    }

    [Fact]
    public async Task Watch_NoLeaderSaidByThePlainBackend_IsAFailure()
    {
        await using var agent = new ScriptedAgent((_, _) => ScriptedAgent.Ok(ScriptedAgent.List("a"), 7, "X-Consul-Knownleader: false\r\nX-Consul-Query-Backend: blocking-query\r\n"));
        await using var backend = BackendTestKit.Create(agent.Address);
        await using var lists = backend.WatchAsync(new("s"), null, Stop).GetAsyncEnumerator(Stop);
        Assert.True((await Assert.ThrowsAsync<RegistryException>(async () => await lists.MoveNextAsync())).IsTransient);
    }

    [Fact]
    public async Task Watch_NoLeaderSaidByTheStreamingBackend_IsWhatItAlwaysSays()
    {
        await using var agent = new ScriptedAgent((_, _) => ScriptedAgent.Ok(ScriptedAgent.List("a"), 7, "X-Consul-Knownleader: false\r\nX-Consul-Query-Backend: streaming\r\n"));
        await using var backend = BackendTestKit.Create(agent.Address);
        await using var lists = backend.WatchAsync(new("s"), null, Stop).GetAsyncEnumerator(Stop);
        Assert.Single((await lists.UntilAsync(_ => true)).Instances);
    }

    /// <summary>A proxy that strips headers: every list would look like the one before.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Watch_NoIndex_IsAnErrorThatSaysSo(int from)
    {
        await using var agent = new ScriptedAgent((_, n) => n < from ? ScriptedAgent.Ok(ScriptedAgent.List("a"), 7) : ScriptedAgent.Ok(ScriptedAgent.List("a", "bb")));
        await using var backend = BackendTestKit.Create(agent.Address);
        await using var lists = backend.WatchAsync(new("s"), null, Stop).GetAsyncEnumerator(Stop);
        var error = await Assert.ThrowsAsync<RegistryException>(async () => await lists.UntilAsync(list => list.Instances.Length == 2));
        Assert.Contains("X-Consul-Index", error.Message, StringComparison.Ordinal);
        Assert.Contains("X-Consul-Index", (await Assert.ThrowsAsync<RegistryException>(async () => await backend.ReadAsync(new("s"), Stop))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watch_OnlyBadRecords_IsNoEmptyList()
    {
        await using var agent = new ScriptedAgent((_, _) => ScriptedAgent.Ok("[{},null]", 7));
        await using var backend = BackendTestKit.Create(agent.Address);
        await using var lists = backend.WatchAsync(new("s"), null, Stop).GetAsyncEnumerator(Stop);
        await Assert.ThrowsAsync<RegistryException>(async () => await lists.MoveNextAsync());
    }

    /// <summary>A list that turns empty is read again; that it turned out full again is what is published.</summary>
    [Fact]
    public async Task Watch_EmptyOnceOnly_IsNotPublished()
    {
        await using var agent = new ScriptedAgent((request, n) => request.Contains("consistent", StringComparison.Ordinal) ? ScriptedAgent.Ok(ScriptedAgent.List("a", "bb"), 9)
            : n == 1 ? ScriptedAgent.Ok(ScriptedAgent.List("a"), 7) : n == 2 ? ScriptedAgent.Ok("[]", 8) : null);
        await using var backend = BackendTestKit.Create(agent.Address);
        await using var lists = backend.WatchAsync(new("s"), null, Stop).GetAsyncEnumerator(Stop);
        Assert.Single((await lists.UntilAsync(_ => true)).Instances);
        var next = await lists.UntilAsync(_ => true);
        Assert.Equal((2, 9UL), (next.Instances.Length, next.Version.Number));
    }

    /// <summary>The read that is to confirm an empty list counts for nothing where there is no leader.</summary>
    [Fact]
    public async Task Watch_EmptyConfirmedWithoutALeader_IsAFailure()
    {
        await using var agent = new ScriptedAgent((request, n) => request.Contains("token/self", StringComparison.Ordinal) ? ScriptedAgent.Error(401, "ACL support disabled")
            : request.Contains("consistent", StringComparison.Ordinal) ? ScriptedAgent.Ok("[]", 9, "X-Consul-Knownleader: false\r\n")
            : n == 1 ? ScriptedAgent.Ok(ScriptedAgent.List("a"), 7) : ScriptedAgent.Ok("[]", 8));
        await using var backend = BackendTestKit.Create(agent.Address);
        await using var lists = backend.WatchAsync(new("s"), null, Stop).GetAsyncEnumerator(Stop);
        Assert.Single((await lists.UntilAsync(_ => true)).Instances);
        Assert.True((await Assert.ThrowsAsync<RegistryException>(async () => await lists.MoveNextAsync())).IsTransient);
    }

    /// <summary>The next agent is asked after one failed, and the first again when it recovered and the second failed.</summary>
    [Fact]
    public async Task Watch_AgentFails_NextSessionAsksAnother()
    {
        await using var bad = new ScriptedAgent((_, _) => ScriptedAgent.Error(500, "No cluster leader"));
        await using var good = new ScriptedAgent((_, n) => n == 1 ? ScriptedAgent.Ok(ScriptedAgent.List("a"), 7) : null);
        await using var backend = BackendTestKit.Create(bad.Address, good.Address);
        await using (var lists = backend.WatchAsync(new("s"), null, Stop).GetAsyncEnumerator(Stop))
        {
            await Assert.ThrowsAsync<RegistryException>(async () => await lists.MoveNextAsync());
        }

        await using var again = backend.WatchAsync(new("s"), null, Stop).GetAsyncEnumerator(Stop);
        Assert.Single((await again.UntilAsync(_ => true)).Instances);
    }

    [Theory]
    [InlineData("HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\nnope", true)]
    [InlineData("HTTP/1.1 500 x\r\nContent-Length: 13\r\n\r\nUnknown check", true)]
    [InlineData("HTTP/1.1 500 x\r\nContent-Length: 17\r\n\r\nNo cluster leader", false)]
    [InlineData("HTTP/1.1 429 x\r\nConnection: close\r\n\r\nslow", false)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 10\r\nConnection: close\r\n\r\ncut", false)]
    [InlineData("garbage\r\n\r\nConnection: close\r\n", false)]
    public async Task Renew_Answers_OnlyAnUnknownCheckIsALoss(string answer, bool lost)
    {
        await using var agent = new ScriptedAgent((request, n) => n <= 2 ? ScriptedAgent.Ok("") : answer);
        await using var backend = BackendTestKit.Create(agent.Address);
        var lease = await backend.RegisterAsync(TestKit.Wish(TestKit.Instance()), Stop);
        var error = await Assert.ThrowsAnyAsync<RegistryException>(async () => await backend.RenewAsync(lease.Group, Stop));
        Assert.Equal(lost, error is LeaseLostException);
        Assert.True(error.IsTransient);
        Assert.EndsWith("/v1/agent/check/pass/service%3Aorders%3Aorders-10.0.0.1-8080 HTTP/1.1", agent.Requests.Last(), StringComparison.Ordinal);
    }

    /// <summary>A warm connection that the agent closed meanwhile is no failure.</summary>
    [Fact]
    public async Task Renew_IdleConnectionClosed_IsOpenedAgain()
    {
        await using var agent = new ScriptedAgent((_, _) => ScriptedAgent.Ok("")) { ClosesAfterAnswer = true };
        await using var backend = BackendTestKit.Create(agent.Address);
        var lease = await backend.RegisterAsync(TestKit.Wish(TestKit.Instance()), Stop);
        for (var i = 0; i < 3; i++)
        {
            await backend.RenewAsync(lease.Group, Stop);
        }

        Assert.Equal(5, agent.Requests.Count);
    }
}
