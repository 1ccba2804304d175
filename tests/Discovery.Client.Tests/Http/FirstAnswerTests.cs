using Xunit;

namespace Discovery.Client.Tests.Http;

public sealed class FirstAnswerTests
{
    [Fact]
    public async Task Send_RegistryHasNotAnswered_WaitsForIt()
    {
        await using var world = new HttpWorld(null);
        var send = world.Client().GetAsync(new Uri("http://greeter/"), TestContext.Current.CancellationToken);
        Assert.False(send.IsCompleted);

        world.Backend.Set(HttpWorld.Instance(1));

        Assert.True((await send).IsSuccessStatusCode);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Send_RegistryDoesNotAnswer_SaysWhatItWaitedFor(bool sync)
    {
        await using var world = new HttpWorld(null).Configure(options => options.FirstAnswerTimeout = TimeSpan.FromMilliseconds(20));
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://greeter/");

        var error = await Assert.ThrowsAsync<NoInstanceAvailableException>(() => SendAsync(world, request, sync));

        Assert.Contains("'greeter'", error.Message, StringComparison.Ordinal);
        Assert.Contains("Backend 'fixed', list pending", error.Message, StringComparison.Ordinal);
        Assert.Empty(world.Transport.Sent);
    }

    [Fact]
    public async Task Send_ClientsTimeoutIsShorter_SaysWhatItWaitedFor()
    {
        await using var world = new HttpWorld(null);
        using var client = world.Client();
        client.Timeout = TimeSpan.FromMilliseconds(20);

        var error = await Assert.ThrowsAsync<TaskCanceledException>(() => client.GetAsync(new Uri("http://greeter/"), TestContext.Current.CancellationToken));

        var timeout = Assert.IsType<TimeoutException>(error.InnerException);
        Assert.Contains("No instance of 'greeter' is available: the registry has not answered within 0.", timeout.Message, StringComparison.Ordinal);
        Assert.Contains("Backend 'fixed', list pending", timeout.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Send_NoInstances_FailsWithoutAskingDns(bool sync)
    {
        await using var world = new HttpWorld();
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://greeter/");

        var error = await Assert.ThrowsAsync<NoInstanceAvailableException>(() => SendAsync(world, request, sync));

        Assert.StartsWith("No instance of 'greeter' is available: the registry lists none. Backend 'fixed', list empty with 0 instances, 0.", error.Message, StringComparison.Ordinal);
        Assert.Empty(world.Transport.Sent);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(false, false)]
    public async Task Send_FallBackToDns_GoesToTheNameItself(bool sync, bool answers)
    {
        await using var world = new HttpWorld(answers ? [] : null).Configure(options =>
        {
            options.FirstAnswerTimeout = TimeSpan.FromMilliseconds(20);
            options.Services["greeter"] = new ServiceOptions { FallBackToDns = true };
        });
        using var first = new HttpRequestMessage(HttpMethod.Get, "http://greeter:8080/a//b");
        using var second = new HttpRequestMessage(HttpMethod.Get, "https+http://_admin.greeter/c");

        await SendAsync(world, first, sync);
        await SendAsync(world, second, sync);

        Assert.Equal(["http://greeter:8080/a//b", "https://greeter/c"], world.Transport.Sent);
        Assert.Equal("http://greeter:8080/a//b", first.RequestUri!.AbsoluteUri);
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpWorld world, HttpRequestMessage request, bool sync)
        => sync ? world.Client().Send(request, TestContext.Current.CancellationToken) : await world.Client().SendAsync(request, TestContext.Current.CancellationToken);
}
