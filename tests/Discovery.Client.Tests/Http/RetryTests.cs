using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Discovery.Client.Selection;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Discovery.Client.Tests.Http;

public sealed class RetryTests
{
    private static readonly HttpRequestException Refused = new(HttpRequestError.ConnectionError, "refused", new SocketException((int)SocketError.ConnectionRefused));
    private static readonly HttpRequestException Reset = new("reset", new IOException("reset", new SocketException((int)SocketError.ConnectionReset)));
    private static readonly HttpRequestException Ended = new(HttpRequestError.ResponseEnded, "ended");
    private static readonly HttpRequestException StreamReset = new(HttpRequestError.HttpProtocolError, "reset");

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
        foreach (var failure in new Exception[] { Reset, Ended, StreamReset, new TaskCanceledException("connect timeout", new TimeoutException()) })
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

    /// <summary>Half of the list has crashed and is still listed: nobody is to notice, however many requests there are.</summary>
    [Theory]
    [InlineData(SelectorNames.RoundRobin)]
    [InlineData(SelectorNames.LeastRequests)]
    [InlineData(SelectorNames.PickFirst)]
    [InlineData(SelectorNames.ConsistentHash)]
    public async Task Send_HalfOfTheInstancesRefuse_NoRequestIsLost(string selector)
    {
        await using var world = World(4, (request, _) => request.RequestUri!.Host is "10.0.0.1" or "10.0.0.2" ? throw Refused : Task.FromResult(new HttpResponseMessage()));
        world.Configure(options =>
        {
            options.Selector = selector;
            (options.Requests.Retry.BudgetPercent, options.Requests.Retry.BudgetPerSecond) = (0, 0);
        });
        using var client = world.Client();

        for (var i = 0; i < 500; i++)
        {
            using var response = await client.PostAsync(new Uri("http://greeter/"), null, TestContext.Current.CancellationToken);
        }
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

    [Theory]
    [InlineData("http://elsewhere.example/", 0)]
    [InlineData("/within", 1)]
    public async Task Send_RedirectTargetCannotBeReached_IsNotRepeated(string target, int failures)
    {
        await using var world = World(3, (request, _) =>
        {
            request.RequestUri = new Uri(request.RequestUri!, target);
            throw Refused;
        });

        await Assert.ThrowsAsync<HttpRequestException>(() => world.Client().PostAsync(new Uri("http://greeter/"), null, TestContext.Current.CancellationToken));

        Assert.Single(world.Transport.Sent);
        Assert.Equal(failures, (await world.ViewAsync()).Nodes.Sum(node => node.Node.Failures));
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

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Send_ListWasReplacedMeanwhile_GoesToTheNewOne(bool hedges)
    {
        await using var world = new HttpWorld(HttpWorld.Instance(1));
        world.Transport = new StubTransport(async (request, _) =>
        {
            if (request.RequestUri!.Host == "10.0.0.1")
            {
                await ListAsync(world, HttpWorld.Instance(2));
                throw Refused;
            }

            return new HttpResponseMessage();
        });
        world.Configure(options => options.Requests.Hedging.Delay = hedges ? TimeSpan.FromHours(1) : TimeSpan.Zero);
        using var request = new HttpRequestMessage(hedges ? HttpMethod.Get : HttpMethod.Post, "http://greeter/");

        using var response = await world.Client().SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(["10.0.0.1:8080", "10.0.0.2:8080"], world.Transport.Authorities);
    }

    [Theory]
    [InlineData("priority")]
    [InlineData("zone")]
    [InlineData("subset")]
    public async Task Send_LayersLeftNoneButTheTried_GoesToOneThatTheyLeftOut(string layer)
    {
        await using var world = new HttpWorld([.. Enumerable.Range(1, 3).Select(i => HttpWorld.Instance(i) with { Zone = "z" + Math.Min(i, 2) })]);
        world.Configure(options =>
        {
            options.Selection.Priority.Zones = layer == "priority" ? ["z1", "z2"] : [];
            options.Selection.Zone.Local = layer == "zone" ? "z1" : null;
            (options.Selection.Zone.MinInstances, options.Selection.Zone.Overprovisioning) = (1, 3);
            options.Selection.Subset.Size = layer == "subset" ? 1 : 0;
        });
        var left = Assert.Single((await world.ViewAsync()).Nodes).Node.Instance;
        world.Transport = new StubTransport((request, _) => request.RequestUri!.Host == left.Host ? throw Refused : Ok());
        for (var i = 0; i < 3; i++)
        {
            using var response = await world.Client().PostAsync(new Uri("http://greeter/"), null, TestContext.Current.CancellationToken);
        }

        // Beforehand nothing changes: each request asks first what the layers left.
        Assert.Equal(3, world.Transport.Authorities.Count(authority => authority == left.Host + ":8080"));
        Assert.Equal(6, world.Transport.Sent.Count);
    }

    /// <summary>Where an ejected instance is all that a level has, the request that finds out about it is one, and the level that stands by has the others.</summary>
    [Fact]
    public async Task Send_OnlyOneOfALevelMayReturn_OneRequestFindsOut()
    {
        await using var world = new HttpWorld([.. Enumerable.Range(1, 2).Select(i => HttpWorld.Instance(i) with { Zone = "z" + i })]);
        world.Configure(options => (options.Selection.Priority.Zones, options.Selection.Outlier.Enabled, options.Selection.Panic.Threshold) = (["z1", "z2"], false, 0));
        world.Transport = new StubTransport((request, _) => Task.FromResult(new HttpResponseMessage(request.RequestUri!.Host == "10.0.0.1" ? HttpStatusCode.InternalServerError : HttpStatusCode.OK)));
        var node = Assert.Single((await world.ViewAsync()).Nodes).Node;
        node.Eject();
        node.AllowProbe();

        for (var i = 0; i < 10; i++)
        {
            using var response = await world.Client().GetAsync(new Uri("http://greeter/"), TestContext.Current.CancellationToken);
        }

        Assert.Equal(1, world.Transport.Authorities.Count(authority => authority == "10.0.0.1:8080"));
    }

    /// <summary>Before a view without them is made, and where a layer does not look at what is available.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Send_WhatTheSubsetLeftIsRefused_GoesToOthersAtOnce(bool othersAreRefusedToo)
    {
        await using var world = new HttpWorld([.. Enumerable.Range(1, 9).Select(i => HttpWorld.Instance(i))]);
        world.Configure(options => options.Selection.Subset.Size = 3);
        world.Transport = new StubTransport((_, _) => Ok());
        var view = await world.ViewAsync();
        Assert.Equal(3, view.Nodes.Length);
        foreach (var (node, _) in othersAreRefusedToo ? view.Candidates : view.Nodes)
        {
            node.IsRefused = true;
        }

        for (var i = 0; i < 20; i++)
        {
            using var response = await world.Client().GetAsync(new Uri("http://greeter/"), TestContext.Current.CancellationToken);
        }

        var left = view.Nodes.Select(node => node.Node.Instance.Host + ":8080");
        Assert.All(world.Transport.Authorities, authority => Assert.Equal(othersAreRefusedToo, left.Contains(authority)));
    }

    /// <summary>Where so many are left out that all are used, further attempts still prefer the others.</summary>
    [Fact]
    public async Task Send_NineOfTenAreEjected_NoRequestIsLost()
    {
        await using var world = new HttpWorld([.. Enumerable.Range(1, 10).Select(i => HttpWorld.Instance(i) with { Status = i < 10 ? ServiceStatus.Down : ServiceStatus.Up })]);
        world.Transport = new StubTransport((request, _) => request.RequestUri!.Host != "10.0.0.10" ? throw Refused : Ok());
        world.Configure(options => options.Selector = SelectorNames.RoundRobin);
        var view = await world.ViewAsync();
        Assert.True(view is { IsPanicking: true, Nodes.Length: 10 });
        foreach (var (node, _) in view.Nodes.Where(node => node.Node.Instance.Status == ServiceStatus.Down))
        {
            node.IsRefused = true;
        }

        for (var i = 0; i < 50; i++)
        {
            using var response = await world.Client().PostAsync(new Uri("http://greeter/"), null, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>What routes or filters of the program left out may be the wrong one rather than a further one.</summary>
    [Fact]
    public async Task Send_FilterOfTheProgramLeftOthersOut_LastAttemptStaysWithin()
    {
        await using var world = new HttpWorld([.. Enumerable.Range(1, 9).Select(i => HttpWorld.Instance(i))]);
        world.Services.AddDiscoveryClient().AddFilter(new AllBut("9"));
        world.Transport = new StubTransport((_, _) => throw Refused);

        await Assert.ThrowsAsync<HttpRequestException>(() => world.Client().PostAsync(new Uri("http://greeter/"), null, TestContext.Current.CancellationToken));

        Assert.Equal(5, world.Transport.Sent.Count);
        Assert.DoesNotContain("10.0.0.9:8080", world.Transport.Authorities);
    }

    /// <summary>There are more of them than attempts: the last one looks further.</summary>
    [Fact]
    public async Task Send_WholeZoneRefuses_LastAttemptGoesToAnother()
    {
        await using var world = new HttpWorld([.. Enumerable.Range(1, 9).Select(i => HttpWorld.Instance(i) with { Zone = i < 9 ? "here" : "there" })]);
        world.Configure(options => (options.Selection.Zone.Local, options.Selection.Zone.MinInstances, options.Selection.Zone.Overprovisioning) = ("here", 1, 3));
        world.Transport = new StubTransport((request, _) => request.RequestUri!.Host != "10.0.0.9" ? throw Refused : Ok());
        Assert.Equal(8, (await world.ViewAsync()).Nodes.Length);

        using var response = await world.Client().PostAsync(new Uri("http://greeter/"), null, TestContext.Current.CancellationToken);

        Assert.Equal(5, world.Transport.Sent.Count);
    }

    [Fact]
    public async Task Send_NoOtherHasAnAddress_TakesNothingFromTheBudget()
    {
        await using var world = World(1, (request, _) => request.RequestUri!.Host == "10.0.0.1" ? throw Refused : Ok());
        world.Configure(options =>
        {
            options.Selector = SelectorNames.PickFirst;
            (options.Requests.Retry.BudgetPercent, options.Requests.Retry.BudgetPerSecond) = (0, 0.1);
        });
        await ListAsync(world, HttpWorld.Instance(1, "https"), HttpWorld.Instance(2, "http"));
        using var client = world.Client();
        for (var i = 0; i < 3; i++)
        {
            await Assert.ThrowsAsync<HttpRequestException>(() => client.PostAsync(new Uri("https://greeter/"), null, TestContext.Current.CancellationToken));
        }

        await ListAsync(world, HttpWorld.Instance(1, "https"), HttpWorld.Instance(3, "https"));
        using var response = await client.PostAsync(new Uri("https://greeter/"), null, TestContext.Current.CancellationToken);
        Assert.Equal("10.0.0.3:8080", world.Transport.Authorities[^1]);
    }

    private static async Task ListAsync(HttpWorld world, params ServiceInstance[] instances)
    {
        world.Backend.Set(instances);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(TimeSpan.FromSeconds(30));
        await foreach (var view in world.Provider.GetRequiredService<IDiscoveryClient>().WatchAsync("greeter", deadline.Token))
        {
            if (view.Instances.Select(instance => instance.InstanceId).SequenceEqual(instances.Select(instance => instance.InstanceId)))
            {
                return;
            }
        }
    }

    private static HttpWorld World(int instances, Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> send)
        => new([.. Enumerable.Range(1, instances).Select(i => HttpWorld.Instance(i))]) { Transport = new StubTransport(send) };

    private static Task<HttpResponseMessage> Ok() => Task.FromResult(new HttpResponseMessage());

    private static Client.Http.HttpDispatcher Dispatcher(HttpWorld world) => world.Provider.GetRequiredService<Client.Http.HttpDispatcher>();

    private sealed class AllBut(string id) : IServiceFilter
    {
        public string Name => "all-but";

        public ImmutableArray<WeightedNode> Apply(ImmutableArray<WeightedNode> nodes, in FilterContext context) => nodes.RemoveAll(node => node.Node.Instance.InstanceId == id);
    }
}
