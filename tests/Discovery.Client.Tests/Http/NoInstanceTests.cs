using Xunit;

namespace Discovery.Client.Tests.Http;

public sealed class NoInstanceTests
{
    [Fact]
    public async Task Send_NoInstances_IsCaughtAsAHostThatCannotBeFound()
    {
        await using var world = new HttpWorld();

        var error = await Assert.ThrowsAnyAsync<HttpRequestException>(() => world.Client().GetAsync(new Uri("http://greeter/"), TestContext.Current.CancellationToken));

        Assert.Equal(HttpRequestError.NameResolutionError, error.HttpRequestError);
        Assert.IsType<NoInstanceAvailableException>(error);
    }

    [Theory]
    [InlineData(null, "No instance of 'greeter' is available: ")]
    [InlineData("Greeter", "No instance of 'greeter' ('Greeter' in the registry) is available: ")]
    public async Task Message_NameInTheRegistryDiffers_ShowsBoth(string? name, string beginning)
    {
        await using var world = new HttpWorld().Configure(options => options.Services["greeter"] = new ServiceOptions { Name = name });

        var error = await Assert.ThrowsAsync<NoInstanceAvailableException>(() => world.Client().GetAsync(new Uri("http://greeter/"), TestContext.Current.CancellationToken));

        Assert.StartsWith(beginning, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Message_ReasonIsASentence_EndsWithOneStop()
    {
        await using var world = new HttpWorld();

        Assert.Contains(": the agent is away. Backend ", new NoInstanceAvailableException(await world.ViewAsync(), "the agent is away.").Message, StringComparison.Ordinal);
    }
}
