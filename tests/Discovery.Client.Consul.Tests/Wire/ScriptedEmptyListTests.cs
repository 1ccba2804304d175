namespace Discovery.Client.Consul.Tests.Wire;

/// <summary>What is asked to find out whether an empty list is true, and what its answers are taken for.</summary>
public sealed class ScriptedEmptyListTests
{
    private const string Disabled = "ACL support disabled";
    private static readonly string True = ScriptedAgent.Ok("[{}]");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("acl/token/self", 500, "No cluster leader", null)]
    [InlineData("agent/health/service/name", 500, "No cluster leader", null)]
    [InlineData("agent/health/service/name", 429, "Your IP is issuing too many concurrent connections", null)]
    [InlineData("agent/health/service/name", 429, "rate limit exceeded, try again later", 7)]
    [InlineData("catalog/nodes", 500, "No cluster leader", null)]
    [InlineData("catalog/nodes", 429, "rate limit exceeded, try again later", 7)]
    [InlineData("catalog/nodes", 503, "rate limit exceeded for operation", 7)]
    public async Task Read_SupportingRequestFails_IsTransientAndNotMissingRights(string failing, int status, string body, int? retryAfter)
    {
        var answer = ScriptedAgent.Error(status, body, retryAfter is null ? "" : $"Retry-After: {retryAfter}\r\n");
        await using var agent = Agent(failing, answer);
        await using var backend = BackendTestKit.Create(agent.Address);
        var error = await Assert.ThrowsAsync<RegistryException>(async () => await backend.ReadAsync(new("s"), Stop));
        Assert.True(error.IsTransient);
        Assert.Equal(retryAfter, error.RetryAfter?.TotalSeconds);
        Assert.Contains($"answered {status}", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("lacks", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("acl/token/self")]
    [InlineData("agent/health/service/name")]
    [InlineData("catalog/nodes")]
    public async Task Read_SupportingRequestCutOff_IsTheConnectionsTrouble(string failing)
    {
        await using var agent = Agent(failing, "");
        await using var backend = BackendTestKit.Create(agent.Address);
        var error = await Assert.ThrowsAsync<RegistryException>(async () => await backend.ReadAsync(new("s"), Stop));
        Assert.True(error.IsTransient);
        Assert.Equal(agent.Address.Authority, error.Connection);
    }

    [Fact]
    public async Task Read_SupportingRequestHangs_IsTheConnectionsTrouble()
    {
        await using var agent = Agent("catalog/nodes", null);
        await using var backend = BackendTestKit.Create(o => o.RequestTimeout = TimeSpan.FromSeconds(0.5), agent.Address);
        var error = await Assert.ThrowsAsync<RegistryException>(async () => await backend.ReadAsync(new("s"), Stop));
        Assert.Equal((true, agent.Address.Authority), (error.IsTransient, error.Connection));
    }

    [Theory]
    [InlineData("agent/health/service/name", 403, "Permission denied", "service:read")]
    [InlineData("agent/health/service/name", 500, "rpc error making call: Permission denied", "service:read")]
    [InlineData("catalog/nodes", 403, "ACL not found", "node:read")]
    [InlineData("catalog/nodes", 200, "[]", "node:read")]
    public async Task Read_RightsMissing_IsSaidAndNotTransient(string denying, int status, string body, string missing)
    {
        await using var agent = Agent(denying, ScriptedAgent.Error(status, body));
        await using var backend = BackendTestKit.Create(agent.Address);
        var error = await Assert.ThrowsAsync<RegistryException>(async () => await backend.ReadAsync(new("s"), Stop));
        Assert.False(error.IsTransient);
        Assert.Contains(missing, error.Message, StringComparison.Ordinal);
    }

    /// <summary>429 and 503 are how an agent says that a service of its own is warning or critical.</summary>
    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task Read_ServiceOfTheAgentIsUnwell_ListIsBelievedAndTheAgentKept(int status)
    {
        await using var agent = Agent("agent/health/service/name", ScriptedAgent.Error(status, """[{"AggregatedStatus":"warning"}]"""));
        await using var other = Agent("catalog/nodes", True);
        await using var backend = BackendTestKit.Create(agent.Address, other.Address);
        Assert.Empty((await backend.ReadAsync(new("s"), Stop)).Instances);
        Assert.Empty((await backend.ReadAsync(new("s"), Stop)).Instances);
        Assert.Empty(other.Requests);
    }

    [Fact]
    public async Task Read_AclsSwitchedOnLater_AreNoticed()
    {
        var on = false;
        await using var agent = Agent("acl/token/self", () => Volatile.Read(ref on) ? ScriptedAgent.Ok("{}") : ScriptedAgent.Error(401, Disabled), "agent/health", () => ScriptedAgent.Error(403, "Permission denied"));
        await using var backend = BackendTestKit.Create(agent.Address);
        Assert.Empty((await backend.ReadAsync(new("s"), Stop)).Instances);
        Volatile.Write(ref on, true);
        Assert.False((await Assert.ThrowsAsync<RegistryException>(async () => await backend.ReadAsync(new("s"), Stop))).IsTransient);
    }

    private static ScriptedAgent Agent(string path, string? answer) => Agent(path, () => answer, "nothing", () => answer);

    /// <summary>An agent with an empty list and a token that may see everything, but for what is given.</summary>
    private static ScriptedAgent Agent(string path, Func<string?> answer, string otherPath, Func<string?> otherAnswer)
        => new((request, _) => request.Contains(path, StringComparison.Ordinal) ? answer()
            : request.Contains(otherPath, StringComparison.Ordinal) ? otherAnswer()
            : request.Contains("/v1/health", StringComparison.Ordinal) ? ScriptedAgent.Ok("[]", 7)
            : request.Contains("/acl/", StringComparison.Ordinal) ? ScriptedAgent.Ok("{}")
            : request.Contains("/agent/", StringComparison.Ordinal) ? ScriptedAgent.Error(404, "[]")
            : True);
}
