using System.Collections.Immutable;
using Discovery.Client.Selection;
using Discovery.Client.Tests.Http;
using Microsoft.Extensions.DependencyInjection;
using Moq;
using Xunit;

namespace Discovery.Client.Tests.Selection;

public sealed class FilterCallsTests
{
    [Fact]
    public async Task Filter_ManyPicks_IsAskedOncePerView()
    {
        var filter = new Mock<IServiceFilter>();
        await using var world = new HttpWorld(HttpWorld.Instance(1), HttpWorld.Instance(2));
        world.Services.AddDiscoveryClient().AddFilter(filter.Object);
        var client = world.Provider.GetRequiredService<IDiscoveryClient>();

        for (var i = 0; i < 100; i++)
        {
            using var pick = await client.PickAsync("greeter", cancellationToken: TestContext.Current.CancellationToken);
            pick.Complete(RequestOutcome.Success);
        }

        filter.Verify(it => it.Apply(It.IsAny<ImmutableArray<WeightedNode>>(), in It.Ref<FilterContext>.IsAny), Times.Once());
    }
}
