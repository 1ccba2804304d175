using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Discovery.Client.Tests.Http;

public sealed class RestorationTests
{
    private static readonly Uri Logical = new("http://user@greeter/a//b?c#d");

    public static TheoryData<bool> SyncOrAsync => [true, false];

    [Theory]
    [MemberData(nameof(SyncOrAsync))]
    public async Task Send_Response_RequestIsAsTheCallerWroteIt(bool sync)
    {
        await using var world = new HttpWorld(HttpWorld.Instance(1)).Configure(options => options.Services["greeter"] = new ServiceOptions { HostHeader = "logical" });
        using var request = new HttpRequestMessage(HttpMethod.Get, Logical);

        var response = await SendAsync(world.Client(), request, sync);

        Assert.Same(Logical, request.RequestUri);
        Assert.Null(request.Headers.Host);
        Assert.Equal(["greeter"], world.Transport.Hosts);
        Assert.Same(request, response.RequestMessage);
    }

    [Theory]
    [MemberData(nameof(SyncOrAsync))]
    public async Task Send_Failure_RequestIsAsTheCallerWroteIt(bool sync)
    {
        await using var world = new HttpWorld(HttpWorld.Instance(1)).Configure(options => options.Services["greeter"] = new ServiceOptions { HostHeader = "logical" });
        world.Transport = new StubTransport((_, _) => throw new InvalidOperationException("broken"));
        using var request = new HttpRequestMessage(HttpMethod.Get, Logical);

        await Assert.ThrowsAsync<InvalidOperationException>(() => SendAsync(world.Client(), request, sync));

        Assert.Same(Logical, request.RequestUri);
        Assert.Null(request.Headers.Host);
    }

    [Fact]
    public async Task Send_RequestDisposedUnderWay_TheResponseIsKept()
    {
        await using var world = new HttpWorld(HttpWorld.Instance(1));
        world.Transport = new StubTransport((request, _) =>
        {
            request.Dispose();
            return Task.FromResult(new HttpResponseMessage());
        });

        var response = await SendAsync(world.Client(), new HttpRequestMessage(HttpMethod.Get, Logical), sync: false);

        Assert.True(response.IsSuccessStatusCode);
    }

    [Fact]
    public async Task Send_TokenCancelledAfterTheResponse_TheResponseIsKept()
    {
        using var cancellation = new CancellationTokenSource();
        await using var world = new HttpWorld(HttpWorld.Instance(1));
        world.Transport = new StubTransport((_, _) =>
        {
            cancellation.Cancel();
            return Task.FromResult(new HttpResponseMessage { Content = new StringContent("hello") });
        });
        using var invoker = new HttpMessageInvoker(new DiscoveryHandler(world.Provider.GetRequiredService<Client.Http.HttpDispatcher>(), true) { InnerHandler = world.Transport });

        var response = await invoker.SendAsync(new HttpRequestMessage(HttpMethod.Get, Logical), cancellation.Token);

        Assert.Equal("hello", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("instance", null)]
    [InlineData("logical", "greeter")]
    [InlineData("metadata:host", "from.metadata")]
    [InlineData("metadata:evil", null)]
    [InlineData("metadata:other", null)]
    [InlineData("fixed.example.com", "fixed.example.com")]
    public async Task Send_HostHeader_AsConfigured(string rule, string? expected)
    {
        var instance = HttpWorld.Instance(1);
        instance = instance with { Metadata = instance.Metadata.Add("host", "from.metadata").Add("evil", "a\r\nb: c") };
        await using var world = new HttpWorld(instance).Configure(options => options.Services["greeter"] = new ServiceOptions { HostHeader = rule });

        await world.Client().GetAsync(new Uri("http://greeter/"), TestContext.Current.CancellationToken);

        Assert.Equal([expected], world.Transport.Hosts);
    }

    [Fact]
    public async Task Send_HostHeaderOfTheCaller_Stays()
    {
        await using var world = new HttpWorld(HttpWorld.Instance(1)).Configure(options => options.Services["greeter"] = new ServiceOptions { HostHeader = "logical" });
        using var request = new HttpRequestMessage(HttpMethod.Get, Logical);
        request.Headers.Host = "mine";

        await SendAsync(world.Client(), request, sync: false);

        Assert.Equal(["mine"], world.Transport.Hosts);
        Assert.Equal("mine", request.Headers.Host);
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, HttpRequestMessage request, bool sync)
        => sync ? client.Send(request, TestContext.Current.CancellationToken) : await client.SendAsync(request, TestContext.Current.CancellationToken);
}
