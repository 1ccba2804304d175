namespace Discovery.Client.Consul.Tests.Wire;

/// <summary>Registrations of which it is not known whether the agent has them.</summary>
public sealed class ScriptedRegistrationTests
{
    private const string Undo = "PUT /v1/agent/service/deregister/orders%3Aorders-10.0.0.1-8080 HTTP/1.1";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("check/pass", 500, "No cluster leader")]
    [InlineData("check/pass", 500, "Unknown check")]
    [InlineData("check/pass", 403, "Permission denied")]
    public async Task Register_SecondHalfFails_TheFirstIsTakenBack(string failing, int status, string body)
    {
        await using var agent = new ScriptedAgent((request, _) => request.Contains(failing, StringComparison.Ordinal) ? ScriptedAgent.Error(status, body) : ScriptedAgent.Ok(""));
        await using var backend = BackendTestKit.Create(agent.Address);
        var error = await Assert.ThrowsAsync<RegistryException>(async () => await backend.RegisterAsync(TestKit.Wish(TestKit.Instance()), Stop));
        Assert.Equal(Undo, agent.Requests.Last());
        Assert.False(error is LeaseLostException);
    }

    [Theory]
    [InlineData(429, "RPC rate limit exceeded")]
    [InlineData(500, "rpc error making call: EOF")]
    [InlineData(403, "Permission denied")]
    public async Task Register_Refused_NothingIsTakenBack(int status, string body)
    {
        await using var agent = new ScriptedAgent((_, _) => ScriptedAgent.Error(status, body));
        await using var backend = BackendTestKit.Create(agent.Address);
        await Assert.ThrowsAsync<RegistryException>(async () => await backend.RegisterAsync(TestKit.Wish(TestKit.Instance()), Stop));
        Assert.Single(agent.Requests);
    }

    [Fact]
    public async Task Register_NotAnsweredWhileAnotherHasTheId_LeavesItAndSaysItOnce()
    {
        var log = new RecordingLogger();
        await using var agent = new ScriptedAgent((_, _) => null) { Registered = """{ "ID": "x", "Address": "10.0.0.9", "Port": 1 }""" };
        await using var backend = BackendTestKit.Create(o => o.RequestTimeout = TimeSpan.FromSeconds(0.5), TimeProvider.System, log, agent.Address);
        for (var i = 0; i < 2; i++)
        {
            await Assert.ThrowsAsync<RegistryException>(async () => await backend.RegisterAsync(TestKit.Wish(TestKit.Instance()), Stop));
        }

        Assert.All(agent.Requests, request => Assert.Contains("service/register", request, StringComparison.Ordinal));
        Assert.Equal(1, log.Count("RegistrationReplaced"));
    }

    [Theory]
    [InlineData("check/pass")]
    [InlineData("service/register")]
    public async Task Register_NotAnswered_IsTakenBack(string silent)
    {
        await using var agent = new ScriptedAgent((request, _) => request.Contains(silent, StringComparison.Ordinal) ? null : ScriptedAgent.Ok(""));
        await using var backend = BackendTestKit.Create(o => o.RequestTimeout = TimeSpan.FromSeconds(0.5), agent.Address);
        var error = await Assert.ThrowsAsync<RegistryException>(async () => await backend.RegisterAsync(TestKit.Wish(TestKit.Instance()), Stop));
        Assert.Equal(agent.Address.Authority, error.Connection);
        Assert.Equal(Undo, agent.Requests.Last());
    }

    /// <summary>That is how a program stops while its registration is under way.</summary>
    [Fact]
    public async Task Register_Cancelled_IsTakenBack()
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        await using var agent = new ScriptedAgent((request, _) =>
        {
            if (request.Contains("check/pass", StringComparison.Ordinal))
            {
                cancel.Cancel();
                return null;
            }

            return ScriptedAgent.Ok("");
        });
        await using var backend = BackendTestKit.Create(agent.Address);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await backend.RegisterAsync(TestKit.Wish(TestKit.Instance()), cancel.Token));
        Assert.Equal(Undo, agent.Requests.Last());
    }

    [Fact]
    public async Task Register_NothingIsAnsweredAnyMore_FailsSoonAllTheSame()
    {
        await using var agent = new ScriptedAgent((request, n) => n == 1 ? ScriptedAgent.Ok("") : null);
        await using var backend = BackendTestKit.Create(o => o.RequestTimeout = TimeSpan.FromSeconds(0.5), agent.Address);
        var started = TimeProvider.System.GetTimestamp();
        await Assert.ThrowsAsync<RegistryException>(async () => await backend.RegisterAsync(TestKit.Wish(TestKit.Instance()), Stop));
        Assert.InRange(TimeProvider.System.GetElapsedTime(started).TotalSeconds, 0.5, 5);
    }

    [Theory]
    [InlineData(400, "Invalid service address")]
    [InlineData(403, "Permission denied")]
    public async Task Register_Refused_ThereIsNothingToTakeBack(int status, string body)
    {
        await using var agent = new ScriptedAgent((_, _) => ScriptedAgent.Error(status, body));
        await using var backend = BackendTestKit.Create(agent.Address);
        await Assert.ThrowsAsync<RegistryException>(async () => await backend.RegisterAsync(TestKit.Wish(TestKit.Instance()), Stop));
        Assert.Single(agent.Requests);
    }

    /// <summary>An instance that is in traffic is not taken out because a change of it failed.</summary>
    [Fact]
    public async Task Register_UpdateFails_WhatWasThereStaysUntilItIsDeregistered()
    {
        var failing = false;
        await using var agent = new ScriptedAgent((request, _) => Volatile.Read(ref failing) && request.Contains("check/", StringComparison.Ordinal) ? ScriptedAgent.Error(500, "x") : ScriptedAgent.Ok(""));
        await using var backend = BackendTestKit.Create(agent.Address);
        var wish = TestKit.Wish(TestKit.Instance());
        var lease = await backend.RegisterAsync(wish, Stop);
        Volatile.Write(ref failing, true);
        await Assert.ThrowsAsync<RegistryException>(async () => await backend.RegisterAsync(wish, Stop));
        Assert.DoesNotContain(Undo, agent.Requests);
        await backend.DeregisterAsync(lease, Stop);
        await Assert.ThrowsAsync<RegistryException>(async () => await backend.RegisterAsync(wish, Stop));
        Assert.Equal(2, agent.Requests.Count(request => request == Undo));
    }
}
