using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Resilience;
using Polly;
using Xunit;

namespace Discovery.Client.Resilience.Tests;

/// <summary>The handlers of Microsoft.Extensions.Http.Resilience around ours: all attempts of one request go to different instances.</summary>
public sealed class MicrosoftResilienceTests
{
    private static readonly Uri Greeter = new("http://greeter/");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task StandardHandler_AllFail_EachAttemptGoesToAnother(bool onAllClients)
    {
        await using var world = new ResilienceWorld(4, (_, _, _) => Status(500));
        Add(world, onAllClients, client => client.AddStandardResilienceHandler(options => options.Retry.Delay = TimeSpan.FromMilliseconds(1)));
        for (var i = 0; i < 10; i++)
        {
            using var response = await world.Client.GetAsync(Greeter, Token);

            Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
            Assert.Equal(["a", "b", "c", "d"], world.Sent[(4 * i)..].Order());
        }
    }

    [Fact]
    public async Task StandardHandler_OneIsWell_IsFoundByTheAttemptsThereAre()
    {
        await using var world = new ResilienceWorld(4, (instance, _, _) => instance == "c" ? Status(200) : throw new HttpRequestException("x"));
        Add(world, true, client => client.AddStandardResilienceHandler(options => options.Retry.Delay = TimeSpan.FromMilliseconds(1)));
        for (var i = 0; i < 20; i++)
        {
            using var response = await world.Client.PostAsync(Greeter, new StringContent("x"), Token);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task HedgingHandler_FirstOnesHang_EachHedgeGoesToAnother(bool onAllClients)
    {
        for (var i = 0; i < 10; i++)
        {
            await using var world = new ResilienceWorld(3, async (_, number, token) =>
            {
                await Task.Delay(number < 3 ? Timeout.Infinite : 0, token);
                return new HttpResponseMessage();
            });
            Add(world, onAllClients, client => client.AddStandardHedgingHandler().Configure(options =>
            {
                options.Hedging.Delay = TimeSpan.FromMilliseconds(20);
                options.Hedging.MaxHedgedAttempts = 2;
            }));

            using var response = await world.Client.GetAsync(Greeter, Token);

            Assert.Equal(["a", "b", "c"], world.Sent.Order());
            var nodes = (await world.Provider.GetRequiredService<IDiscoveryClient>().GetViewAsync("greeter", Token)).Nodes;
            Assert.Equal(0, nodes.Sum(node => node.Node.Failures));
        }
    }

    [Fact]
    public async Task PollyPipeline_Outside_EachAttemptGoesToAnother()
    {
        await using var world = new ResilienceWorld(3, (_, _, _) => Status(404));
        Add(world, true, client => client.AddResilienceHandler("mine", pipeline => pipeline.AddRetry(new HttpRetryStrategyOptions
        {
            Delay = TimeSpan.Zero,
            MaxRetryAttempts = 2,
            ShouldHandle = static arguments => ValueTask.FromResult(arguments.Outcome.Result?.StatusCode == HttpStatusCode.NotFound),
        })));
        for (var i = 0; i < 10; i++)
        {
            (await world.Client.GetAsync(Greeter, Token)).Dispose();

            Assert.Equal(["a", "b", "c"], world.Sent[(3 * i)..].Order());
        }
    }

    [Fact]
    public async Task NoHandlerOutside_OptionsOfARequestStayEmpty()
    {
        await using var world = new ResilienceWorld(1, (_, _, _) => Status(200));
        Add(world, true, _ => { });
        using var request = new HttpRequestMessage(HttpMethod.Get, Greeter);

        (await world.Client.SendAsync(request, Token)).Dispose();

        Assert.Empty(request.Options);
    }

    // On one client the handler stands where it is added: what retries is added before.
    private static void Add(ResilienceWorld world, bool onAllClients, Action<IHttpClientBuilder> resilience)
    {
        resilience(world.Services.AddHttpClient("c"));
        if (onAllClients)
        {
            world.Services.ConfigureHttpClientDefaults(client => client.AddDiscoveryHandler());
        }
        else
        {
            world.Services.AddHttpClient("c").AddDiscoveryHandler();
        }
    }

    private static Task<HttpResponseMessage> Status(int status) => Task.FromResult(new HttpResponseMessage((HttpStatusCode)status));
}
