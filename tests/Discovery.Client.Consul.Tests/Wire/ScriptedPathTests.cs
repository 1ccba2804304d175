namespace Discovery.Client.Consul.Tests.Wire;

/// <summary>What stands in request lines: an endpoint's path, datacenter and namespace.</summary>
public sealed class ScriptedPathTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("/consul")]
    [InlineData("/team%2Fa/consul/")]
    public async Task Endpoint_WithAPath_IsBeforeEveryRequest(string path)
    {
        await using var agent = Reading();
        await using var backend = BackendTestKit.Create(new Uri(agent.Address, path));
        await UseAllAsync(backend, new("s"), null);
        Assert.Equal(10, agent.Requests.Count);
        Assert.All(agent.Requests, request => Assert.StartsWith(path.TrimEnd('/') + "/v1/", request.Split(' ')[1], StringComparison.Ordinal));
    }

    [Fact]
    public async Task Datacenter_FromOptions_IsAskedForWhereNoneIsNamed()
    {
        await using var agent = Reading();
        await using var backend = BackendTestKit.Create(o => o.Datacenter = "dc east", agent.Address);
        await UseAllAsync(backend, new("s"), null);
        await backend.ReadAsync(new("s") { Datacenter = "west" }, Stop);
        var catalog = agent.Requests.Where(request => request.Contains("/v1/health/", StringComparison.Ordinal) || request.Contains("/v1/catalog/", StringComparison.Ordinal)).ToArray();
        Assert.Equal(6, catalog.Length);
        Assert.All(catalog[..4], request => Assert.Contains("dc=dc%20east", request, StringComparison.Ordinal));
        Assert.All(catalog[4..], request => Assert.Contains("dc=west", request, StringComparison.Ordinal));

        // What an agent does itself it does in its own datacenter.
        Assert.All(agent.Requests.Except(catalog), request => Assert.DoesNotContain("dc=", request, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Namespace_OfQueryAndRegistration_IsAskedFor()
    {
        await using var agent = Reading();
        await using var backend = BackendTestKit.Create(agent.Address);
        await UseAllAsync(backend, new("s") { Namespace = "team a" }, "team a");
        var named = agent.Requests.Where(request => request.Contains("ns=team%20a", StringComparison.Ordinal)).Select(request => string.Join(' ', request.Split(' ', '?')[..2])).ToArray();
        Assert.Equal(
            [
                "PUT /v1/agent/service/register", "PUT /v1/agent/check/pass/service%3Aorders%3Aorders-10.0.0.1-8080", "PUT /v1/agent/check/pass/service%3Aorders%3Aorders-10.0.0.1-8080",
                "GET /v1/health/service/s", "GET /v1/health/service/s", "GET /v1/agent/health/service/name/s", "PUT /v1/agent/service/deregister/orders%3Aorders-10.0.0.1-8080",
            ],
            named);
    }

    private static ScriptedAgent Reading()
        => new((request, _) => request.Contains("/v1/health", StringComparison.Ordinal) ? ScriptedAgent.Ok("[]", 7)
            : request.Contains("catalog/services", StringComparison.Ordinal) ? ScriptedAgent.Ok("""{"consul":[]}""", 7)
            : request.Contains("agent/health", StringComparison.Ordinal) || request.Contains("nodes", StringComparison.Ordinal) ? ScriptedAgent.Ok("[{}]") : ScriptedAgent.Ok("{}"));

    /// <summary>Every kind of request once.</summary>
    private static async Task UseAllAsync(ConsulRegistryBackend backend, ServiceQuery query, string? ns)
    {
        var lease = await backend.RegisterAsync(TestKit.Wish(TestKit.Instance()) with { Namespace = ns }, Stop);
        await backend.RenewAsync(lease.Group, Stop);
        await using var lists = backend.WatchAsync(query, null, Stop).GetAsyncEnumerator(Stop);
        Assert.True(await lists.MoveNextAsync());
        await using var names = backend.WatchNamesAsync(Stop).GetAsyncEnumerator(Stop);
        Assert.True(await names.MoveNextAsync());
        await backend.DeregisterAsync(lease, Stop);
    }
}
