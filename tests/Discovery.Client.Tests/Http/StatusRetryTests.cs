using System.Net;
using System.Net.Http.Headers;
using Xunit;

namespace Discovery.Client.Tests.Http;

/// <summary>Another instance after a response, and the budget for it.</summary>
public sealed class StatusRetryTests
{
    private static readonly Uri Greeter = new("http://greeter/");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("GET", 502, 2)]
    [InlineData("DELETE", 503, 2)]
    [InlineData("PUT", 504, 2)]
    [InlineData("GET", 500, 1)]
    [InlineData("GET", 429, 1)]
    [InlineData("GET", 404, 1)]
    [InlineData("POST", 503, 1)]
    [InlineData("PATCH", 503, 1)]
    public async Task Send_AnsweredByAStatus_GoesToOneMoreWhereThatIsSafe(string method, int status, int attempts)
    {
        foreach (var sync in new[] { true, false })
        {
            await using var world = World(5, _ => Status(status));
            using var request = new HttpRequestMessage(new HttpMethod(method), Greeter);

            using var response = await SendAsync(world.Client(), request, sync);

            Assert.Equal(status, (int)response.StatusCode);
            Assert.Equal(Greeter, request.RequestUri);
            Assert.Equal(attempts, world.Transport.Authorities.Distinct().Count());
            Assert.Equal(attempts, world.Transport.Sent.Count);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Send_OthersAreWell_IsServedAndTheFirstAnswerIsCountedAsAFailure(bool sync)
    {
        await using var world = World(3, request => Status(request.RequestUri!.Host == "10.0.0.1" ? 503 : 200));
        for (var i = 0; i < 30; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, Greeter);
            using var response = await SendAsync(world.Client(), request, sync);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Same(request, response.RequestMessage);
            await response.Content.ReadAsByteArrayAsync(Token);
        }

        Assert.Equal(0, await world.OutstandingAsync());
        Assert.All((await world.ViewAsync()).Nodes, node => Assert.Equal(node.Node.Instance.InstanceId == "1", node.Node.Failures > 0));
    }

    [Fact]
    public async Task Send_OneInstance_ReturnsItsAnswer()
    {
        await using var world = World(1, _ => Status(503));

        using var response = await world.Client().GetAsync(Greeter, Token);

        Assert.Equal("body", await response.Content.ReadAsStringAsync(Token));
        Assert.Single(world.Transport.Sent);
    }

    [Theory]
    [InlineData("POST", true, true, 2)]
    [InlineData("POST", true, false, 2)]
    [InlineData("GET", false, false, 1)]
    public async Task Send_ProgramSaysWhetherItMayBeRepeated_CountsBeforeTheMethod(string method, bool repeatable, bool content, int attempts)
    {
        await using var world = World(5, _ => Status(503));
        using var request = new HttpRequestMessage(new HttpMethod(method), Greeter) { Content = content ? new StringContent("again") : null };
        request.SetRepeatable(repeatable);

        using var response = await world.Client().SendAsync(request, Token);

        Assert.Equal(attempts, world.Transport.Sent.Count);
    }

    [Theory]
    [InlineData(1, 5, true, 1)]
    [InlineData(5, 1, true, 1)]
    [InlineData(5, 4, true, 4)]
    [InlineData(3, 4, true, 3)]
    [InlineData(5, 4, false, 1)]
    public async Task Send_Settings_BoundTheAttempts(int maxAttempts, int maxSent, bool onStatus, int attempts)
    {
        await using var world = World(9, _ => Status(503));
        world.Configure(options => options.Services["greeter"] = new ServiceOptions { Requests = new() { Retry = { MaxAttempts = maxAttempts, MaxSent = maxSent, OnStatus = onStatus } } });

        using var response = await world.Client().GetAsync(Greeter, Token);

        Assert.Equal(attempts, world.Transport.Sent.Count);
    }

    [Theory]
    [InlineData("http://elsewhere.example/", 0, 0)]
    [InlineData("http://elsewhere.example/", 0, 1)]
    [InlineData("http://elsewhere.example/", 0, 2)]
    [InlineData("/within", 1, 0)]
    [InlineData("/?key=added", 1, 1)]
    [InlineData("/within", 1, 2)]
    public async Task Send_RedirectWasFollowed_IsNotRepeatedAndCountsWhereTheInstanceItselfFailed(string target, int failures, int way)
    {
        await using var world = World(3, request =>
        {
            request.RequestUri = new Uri(request.RequestUri!, target);
            return Status(503);
        });
        world.Configure(options => options.Requests.Hedging.Delay = TimeSpan.FromHours(way == 2 ? 1 : 0));
        using var request = new HttpRequestMessage(HttpMethod.Get, Greeter);

        using var response = await SendAsync(world.Client(), request, way == 1);
        await response.Content.ReadAsByteArrayAsync(Token);

        Assert.Single(world.Transport.Sent);
        var view = await world.ViewAsync();
        Assert.Equal((failures, 1 - failures), (view.Nodes.Sum(node => node.Node.Failures), view.Nodes.Sum(node => node.Node.Successes)));
        Assert.Equal(failures == 1, view.Nodes.Max(node => node.Node.LatencyAt(view.Now)) > TimeSpan.FromSeconds(4));
    }

    [Fact]
    public async Task Send_RetryAfter_GoesElsewhereAtOnceAndSparesTheInstance()
    {
        await using var world = World(2, request => request.RequestUri!.Host == "10.0.0.1" ? Status(503, TimeSpan.FromSeconds(120)) : Status(200));
        for (var i = 0; i < 50; i++)
        {
            using var response = await world.Client().GetAsync(Greeter, Token);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        Assert.Single(world.Transport.Authorities, "10.0.0.1:8080");
        var view = await world.ViewAsync();
        Assert.InRange(view.Nodes.Single(node => node.Node.Instance.InstanceId == "1").Node.LatencyAt(view.Now)!.Value.TotalSeconds, 60, 121);
    }

    [Fact]
    public async Task Send_AllFailForLong_BudgetBoundsTheAttempts()
    {
        await using var world = World(5, _ => Status(503));
        world.Configure(options => (options.Requests.Retry.BudgetPercent, options.Requests.Retry.BudgetPerSecond) = (20, 0));
        for (var i = 0; i < 1000; i++)
        {
            using var response = await world.Client().GetAsync(Greeter, Token);
        }

        Assert.InRange(world.Transport.Sent.Count, 1100, 1200);
    }

    private static HttpWorld World(int instances, Func<HttpRequestMessage, HttpResponseMessage> answer)
        => new([.. Enumerable.Range(1, instances).Select(i => HttpWorld.Instance(i))]) { Transport = new StubTransport((request, _) => Task.FromResult(answer(request))) };

    private static HttpResponseMessage Status(int status, TimeSpan? retryAfter = null)
    {
        var response = new HttpResponseMessage((HttpStatusCode)status) { Content = new StringContent("body") };
        response.Headers.RetryAfter = retryAfter is { } wait ? new RetryConditionHeaderValue(wait) : null;
        return response;
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, HttpRequestMessage request, bool sync)
        => sync ? client.Send(request, Token) : await client.SendAsync(request, Token);
}
