using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Discovery.Client.Tests.Http;

public sealed class RetryTests
{
    private static readonly HttpRequestException Refused = new(HttpRequestError.ConnectionError, "refused", new SocketException((int)SocketError.ConnectionRefused));
    private static readonly HttpRequestException Reset = new("reset", new IOException("reset", new SocketException((int)SocketError.ConnectionReset)));
    private static readonly HttpRequestException Ended = new(HttpRequestError.ResponseEnded, "ended");

    [Theory]
    [InlineData(HttpRequestError.ConnectionError, true)]
    [InlineData(HttpRequestError.NameResolutionError, true)]
    [InlineData(HttpRequestError.SecureConnectionError, false)]
    public async Task Send_NothingWasSent_GoesToAnother(HttpRequestError error, bool sync)
    {
        await using var world = World(3, (request, _) => request.RequestUri!.Host == "10.0.0.3" ? Ok() : throw new HttpRequestException(error, "not sent"));
        for (var i = 0; i < 20; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "http://greeter/") { Content = new StringContent("once") };

            var response = sync ? world.Client().Send(request, TestContext.Current.CancellationToken) : await world.Client().SendAsync(request, TestContext.Current.CancellationToken);

            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
    }

    [Fact]
    public async Task Send_NoneCanBeReached_EachIsTriedOnce()
    {
        await using var world = World(3, (_, _) => throw Refused);

        var error = await Assert.ThrowsAsync<HttpRequestException>(() => world.Client().GetAsync(new Uri("http://greeter/"), TestContext.Current.CancellationToken));

        Assert.Same(Refused, error);
        Assert.Equal(["10.0.0.1:8080", "10.0.0.2:8080", "10.0.0.3:8080"], world.Transport.Authorities.Order());
        Assert.Equal(0, await world.OutstandingAsync());
    }

    [Fact]
    public async Task Send_ManyCannotBeReached_FiveAreTried()
    {
        await using var world = World(50, (_, _) => throw Refused);

        await Assert.ThrowsAsync<HttpRequestException>(() => world.Client().GetAsync(new Uri("http://greeter/"), TestContext.Current.CancellationToken));

        Assert.Equal(5, world.Transport.Authorities.Distinct().Count());
        Assert.Equal(5, world.Transport.Sent.Count);
    }

    [Fact]
    public async Task Send_OneInstance_IsTriedOnce()
    {
        await using var world = World(1, (_, _) => throw Refused);

        await Assert.ThrowsAsync<HttpRequestException>(() => world.Client().GetAsync(new Uri("http://greeter/"), TestContext.Current.CancellationToken));

        Assert.Single(world.Transport.Sent);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("HEAD")]
    [InlineData("OPTIONS")]
    [InlineData("TRACE")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    public async Task Send_IdempotentWithoutContentBreaks_GoesToOneMore(string method)
    {
        foreach (var failure in new Exception[] { Reset, Ended, new TaskCanceledException("connect timeout", new TimeoutException()) })
        {
            await using var world = World(5, (_, _) => throw failure);
            using var request = new HttpRequestMessage(new HttpMethod(method), "http://greeter/");

            Assert.Same(failure, await Record.ExceptionAsync(() => world.Client().SendAsync(request, TestContext.Current.CancellationToken)));
            Assert.Equal(2, world.Transport.Authorities.Distinct().Count());
            Assert.Equal(2, world.Transport.Sent.Count);
        }
    }

    [Theory]
    [InlineData("POST", false)]
    [InlineData("PATCH", false)]
    [InlineData("PUT", true)]
    [InlineData("GET", true)]
    public async Task Send_NotRepeatableBreaks_IsNotRepeated(string method, bool content)
    {
        await using var world = World(3, (_, _) => throw Reset);
        using var request = new HttpRequestMessage(new HttpMethod(method), "http://greeter/") { Content = content ? new StringContent("x") : null };

        await Assert.ThrowsAsync<HttpRequestException>(() => world.Client().SendAsync(request, TestContext.Current.CancellationToken));

        Assert.Single(world.Transport.Sent);
    }

    [Fact]
    public async Task Send_OtherFailures_AreNotRepeated()
    {
        foreach (var failure in new Exception[] { new InvalidOperationException(), new HttpRequestException(HttpRequestError.InvalidResponse, "x"), new HttpRequestException("x") })
        {
            await using var world = World(3, (_, _) => throw failure);

            Assert.Same(failure, await Record.ExceptionAsync(() => world.Client().GetAsync(new Uri("http://greeter/"), TestContext.Current.CancellationToken)));
            Assert.Single(world.Transport.Sent);
        }
    }

    [Fact]
    public async Task Send_CallerCancels_IsNotRepeatedAndNothingIsLearned()
    {
        using var cancellation = new CancellationTokenSource();
        await using var world = World(3, async (_, token) =>
        {
            await cancellation.CancelAsync();
            token.ThrowIfCancellationRequested();
            return new HttpResponseMessage();
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => world.Client().GetAsync(new Uri("http://greeter/"), cancellation.Token));

        Assert.Single(world.Transport.Sent);
        Assert.All((await world.ViewAsync()).Nodes, node => Assert.Equal((0L, 0L, 0), (node.Node.Failures, node.Node.Successes, node.Node.Outstanding)));
    }

    [Fact]
    public async Task Send_RedirectTargetCannotBeReached_IsNotRepeated()
    {
        await using var world = World(3, (request, _) =>
        {
            request.RequestUri = new Uri("http://elsewhere.example/");
            throw Refused;
        });

        await Assert.ThrowsAsync<HttpRequestException>(() => world.Client().PostAsync(new Uri("http://greeter/"), null, TestContext.Current.CancellationToken));

        Assert.Single(world.Transport.Sent);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Send_TriedAgainFromOutside_GoesToOthersFirst(bool byStatus)
    {
        await using var world = World(4, (_, _) => byStatus ? Task.FromResult(new HttpResponseMessage(HttpStatusCode.ServiceUnavailable)) : throw new HttpRequestException("x"));
        using var outer = new HttpMessageInvoker(new DiscoveryHandler(Dispatcher(world), true) { InnerHandler = world.Transport });
        using var request = new HttpRequestMessage(HttpMethod.Post, "http://greeter/");

        for (var i = 0; i < 5; i++)
        {
            await Record.ExceptionAsync(() => outer.SendAsync(request, TestContext.Current.CancellationToken));
        }

        Assert.Equal(4, world.Transport.Authorities.Take(4).Distinct().Count());
        Assert.Equal(5, world.Transport.Sent.Count);
    }

    [Fact]
    public async Task Send_AllEjected_IsServedAllTheSame()
    {
        await using var world = World(3, (_, _) => Ok());
        foreach (var (node, _) in (await world.ViewAsync()).Nodes)
        {
            node.IsEjected = true;
        }

        Assert.Equal(HttpStatusCode.OK, (await world.Client().GetAsync(new Uri("http://greeter/"), TestContext.Current.CancellationToken)).StatusCode);
    }

    private static HttpWorld World(int instances, Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> send)
        => new([.. Enumerable.Range(1, instances).Select(i => HttpWorld.Instance(i))]) { Transport = new StubTransport(send) };

    private static Task<HttpResponseMessage> Ok() => Task.FromResult(new HttpResponseMessage());

    private static Client.Http.HttpDispatcher Dispatcher(HttpWorld world) => world.Provider.GetRequiredService<Client.Http.HttpDispatcher>();
}
