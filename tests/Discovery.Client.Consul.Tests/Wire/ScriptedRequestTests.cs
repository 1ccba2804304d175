using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Discovery.Client.Consul.Tests.Wire;

/// <summary>What an agent gets to see of us.</summary>
public sealed class ScriptedRequestTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Request_Token_IsInTheHeaderOfEachAndInNoAddress()
    {
        await using var agent = new ScriptedAgent((request, n) => ScriptedAgent.Ok(request.StartsWith("GET", StringComparison.Ordinal) ? ScriptedAgent.List("a") : "", 7));
        await using var backend = BackendTestKit.Create(o => o.Token = "s3cret", agent.Address);
        var lease = await backend.RegisterAsync(TestKit.Wish(TestKit.Instance()), Stop);
        await backend.RenewAsync(lease.Group, Stop);
        await backend.ReadAsync(new("s"), Stop);
        await using var lists = backend.WatchAsync(new("s"), null, Stop).GetAsyncEnumerator(Stop);
        await lists.UntilAsync(_ => true);
        await backend.DeregisterAsync(lease, Stop);
        Assert.Equal(6, agent.Requests.Count);
        Assert.Equal(
            agent.Headers.Count(header => header.StartsWith("Host:", StringComparison.Ordinal)), agent.Headers.Count(header => header == "X-Consul-Token: s3cret"));
        Assert.All(agent.Requests, request => Assert.DoesNotContain("s3cret", request, StringComparison.Ordinal));
    }

    /// <summary>A server may add a sixteenth to the wait; the slack is for the way.</summary>
    [Fact]
    public async Task Watch_AgentFallsSilent_IsGivenUpAfterTheWaitASixteenthAndTheSlack()
    {
        await using var agent = new ScriptedAgent((_, n) => n == 1 ? ScriptedAgent.Ok(ScriptedAgent.List("a"), 7) : null);
        var clock = new FakeTimeProvider();
        await using var backend = BackendTestKit.Create(
            o => (o.WaitTime, o.RequestTimeout) = (TimeSpan.FromSeconds(32), TimeSpan.FromSeconds(10)), clock, NullLogger.Instance, agent.Address);
        await using var lists = backend.WatchAsync(new("s"), null, Stop).GetAsyncEnumerator(Stop);
        await lists.UntilAsync(_ => true);
        var next = lists.MoveNextAsync().AsTask();
        await Eventually.TrueAsync(() => agent.Requests.Count == 2, "the second query");
        Assert.Contains("&index=7&wait=32000ms ", agent.Requests.Last(), StringComparison.Ordinal);
        clock.Advance(TimeSpan.FromSeconds(43.9));
        Assert.False(next.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(0.2));
        var error = await Assert.ThrowsAsync<RegistryException>(() => next);
        Assert.Contains("within 44 s", error.Message, StringComparison.Ordinal);
        Assert.Equal((true, agent.Address.Authority), (error.IsTransient, error.Connection));
    }

    /// <summary>An agent keeps the connection of an abandoned query until its wait is over, unless it streams: closing it would only make room for one more.</summary>
    [Fact]
    public async Task Watch_CancelledWhileItWaits_TheQueryRunsOut()
    {
        await using var agent = new ScriptedAgent((request, n) => request.Contains("index=", StringComparison.Ordinal) ? null : ScriptedAgent.Ok(ScriptedAgent.List("a"), 7));
        await using (var backend = BackendTestKit.Create(agent.Address))
        {
            await CancelAsync(backend, agent);
            for (var i = 0; i < 20; i++)
            {
                await backend.ReadAsync(new("s"), Stop);
            }

            Assert.Equal(0, agent.Hangups);
        }

        await Eventually.TrueAsync(() => agent.Hangups == 1, "with the backend the query ends");
    }

    [Fact]
    public async Task Watch_CancelledWhileItStreams_TheQueryEnds()
    {
        await using var agent = new ScriptedAgent((request, n)
            => request.Contains("index=", StringComparison.Ordinal) ? null : ScriptedAgent.Ok(ScriptedAgent.List("a"), 7, "X-Consul-Query-Backend: streaming\r\n"));
        await using var backend = BackendTestKit.Create(o => o.Streaming = true, agent.Address);
        await CancelAsync(backend, agent);

        // Long before its own deadline.
        await Eventually.TrueAsync(() => agent.Hangups == 1, "the query ends", seconds: 20);
    }

    [Fact]
    public async Task Client_ManyInterestsInOneService_OneQueryAtATime()
    {
        await using var agent = new ScriptedAgent((request, n) => request.Contains("index=", StringComparison.Ordinal) ? null : ScriptedAgent.Ok(ScriptedAgent.List("a"), 7));
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([new("Discovery:Backend", "consul"), new("Discovery:Consul:Endpoints:0", agent.Address.ToString())]).Build();
        await using var services = new ServiceCollection().AddDiscoveryClient(configuration).AddConsul().Services.BuildServiceProvider();
        await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ =>
        {
            await using var scope = services.CreateAsyncScope();
            var client = scope.ServiceProvider.GetRequiredService<IDiscoveryClient>();
            Assert.Single((await client.GetViewAsync("s", Stop)).Nodes);
            (await client.PickAsync("s", cancellationToken: Stop)).Dispose();
            await foreach (var view in client.WatchAsync("s", Stop))
            {
                break;
            }
        }));
        await Eventually.TrueAsync(() => agent.Requests.Count >= 2, "the blocking query");
        Assert.Equal(2, agent.Requests.Count(request => request.StartsWith("GET /v1/health/service/s?", StringComparison.Ordinal)));
        Assert.Equal(2, agent.Requests.Count);
    }

    /// <summary>A heartbeat cannot move, as only its agent knows the check; the registration that follows can.</summary>
    [Fact]
    public async Task Renew_AgentIsGone_TheNextRegistrationGoesToAnother()
    {
        await using var other = new ScriptedAgent((_, _) => ScriptedAgent.Ok(""));
        var gone = new ScriptedAgent((_, _) => ScriptedAgent.Ok("", more: "Connection: close\r\n"));
        await using var backend = BackendTestKit.Create(gone.Address, other.Address);
        var wish = TestKit.Wish(TestKit.Instance());
        var lease = await backend.RegisterAsync(wish, Stop);
        var address = gone.Address.Authority;
        await gone.DisposeAsync();
        Assert.Equal(address, (await Assert.ThrowsAsync<RegistryException>(async () => await backend.RenewAsync(lease.Group, Stop))).Connection);
        Assert.Empty(other.Requests);
        await backend.RegisterAsync(wish, Stop);
        Assert.Equal(2, other.Requests.Count);
    }

    private static async Task CancelAsync(ConsulRegistryBackend backend, ScriptedAgent agent)
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        await using var lists = backend.WatchAsync(new("s"), null, cancel.Token).GetAsyncEnumerator(cancel.Token);
        await lists.UntilAsync(_ => true);
        var next = lists.MoveNextAsync().AsTask();
        await Eventually.TrueAsync(() => agent.Requests.Count == 2, "the query that waits");
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
    }
}
