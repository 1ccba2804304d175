namespace Discovery.Client.Consul.Tests.Wire;

/// <summary>Recorded answers, given once more.</summary>
public sealed class RecordedAnswersTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("consul-acl.txt", "/v1/health/service/web?passing", 403, false, "ACL not found")]
    [InlineData("consul-noleader.txt", "/v1/health/service/p?passing", 500, true, "No cluster leader")]
    [InlineData("consul-noleader.txt", "/v1/health/service/p?passing&index=63&wait=20s", 500, true, "EOF")]
    [InlineData("consul-noleader.txt", "/v1/health/service/p?passing&stale", 200, true, "no leader")]
    [InlineData("consul-errors.txt", "/v1/agent/service/nope", 404, false, "unknown service ID")]
    public async Task Watch_RecordedAnswer_IsAnErrorAndNeverAnEmptyList(string file, string request, int status, bool transient, string text)
    {
        await using var agent = Agent(file, "GET " + request, status);
        await using var backend = BackendTestKit.Create(agent.Address);
        await using var lists = backend.WatchAsync(new("web"), null, Stop).GetAsyncEnumerator(Stop);
        var error = await Assert.ThrowsAsync<RegistryException>(async () => await lists.MoveNextAsync());
        Assert.Equal(transient, error.IsTransient);
        Assert.Contains(text, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("consul-acl.txt", "/v1/catalog/services", "{}", null)]
    [InlineData("consul-acl.txt", "/v1/catalog/services", "{\n", "consul web")]
    [InlineData("consul-noleader.txt", "/v1/catalog/services", "No cluster leader", null)]
    public async Task WatchNames_RecordedAnswer_NoNameAtAllIsAnError(string file, string request, string body, string? names)
    {
        var answer = RecordedAnswers.Read(file).Single(answer => answer.Request == "GET " + request && answer.Body.StartsWith(body, StringComparison.Ordinal)).OnTheWire;
        await using var agent = new ScriptedAgent((_, n) => n == 1 ? answer : null);
        await using var backend = BackendTestKit.Create(agent.Address);
        await using var lists = backend.WatchNamesAsync(Stop).GetAsyncEnumerator(Stop);
        if (names is null)
        {
            await Assert.ThrowsAsync<RegistryException>(async () => await lists.MoveNextAsync());
        }
        else
        {
            Assert.True(await lists.MoveNextAsync());
            Assert.Equal(names, string.Join(' ', lists.Current.Order(StringComparer.Ordinal)));
        }
    }

    [Theory]
    [InlineData("consul-acl.txt", "/v1/agent/service/register", 403)]
    [InlineData("consul-errors.txt", "/v1/agent/service/register", 400)]
    public async Task Register_RecordedRefusal_IsNotTransient(string file, string request, int status)
    {
        await using var agent = Agent(file, "PUT " + request, status);
        await using var backend = BackendTestKit.Create(agent.Address);
        Assert.False((await Assert.ThrowsAsync<RegistryException>(async () => await backend.RegisterAsync(TestKit.Wish(TestKit.Instance()), Stop))).IsTransient);
    }

    [Theory]
    [InlineData("consul-errors.txt", "/v1/agent/check/pass/service:nope", 500, true)]
    [InlineData("consul-acl.txt", "/v1/agent/check/pass/service:nope", 500, true)]
    [InlineData("consul-acl.txt", "/v1/agent/check/pass/service:web-1", 403, false)]
    public async Task Renew_RecordedAnswer_OnlyAnUnknownCheckIsALoss(string file, string request, int status, bool lost)
    {
        var answer = RecordedAnswers.Read(file).First(answer => answer.Request == "PUT " + request && answer.Status == status).OnTheWire;
        await using var agent = new ScriptedAgent((_, n) => n <= 2 ? ScriptedAgent.Ok("") : answer);
        await using var backend = BackendTestKit.Create(agent.Address);
        var lease = await backend.RegisterAsync(TestKit.Wish(TestKit.Instance()), Stop);
        Assert.Equal(lost, await Assert.ThrowsAnyAsync<RegistryException>(async () => await backend.RenewAsync(lease.Group, Stop)) is LeaseLostException);
    }

    private static ScriptedAgent Agent(string file, string request, int status)
    {
        var answer = RecordedAnswers.Read(file).First(answer => answer.Request == request && answer.Status == status).OnTheWire;
        return new ScriptedAgent((_, _) => answer);
    }
}
