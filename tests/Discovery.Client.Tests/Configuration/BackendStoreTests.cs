using Discovery.Client.Internal;
using Microsoft.Extensions.DependencyInjection;
using Moq;
using Xunit;

namespace Discovery.Client.Tests.Configuration;

public sealed class BackendStoreTests
{
    [Fact]
    public async Task Backend_AskedForByMany_IsMadeOnceAndDisposedOnce()
    {
        var backend = new Mock<IRegistryBackend>();
        var factory = new Mock<IRegistryBackendFactory>();
        factory.SetupGet(it => it.Type).Returns("counted");
        factory.Setup(it => it.Create(It.IsAny<RegistryBackendContext>())).Returns(backend.Object);
        await using var setup = new ConfigurationSetup(
            ConfigurationSetup.Pairs(("Discovery:Backend", "counted"), ("Discovery:Services:a:Backend", "Counted"), ("Discovery:Services:b:Selector", "random")),
            services => services.AddSingleton(factory.Object));

        Parallel.For(0, 50, i => setup.Services.GetRequiredService<IBackendSource>().Get(i % 2 == 0 ? "counted" : "COUNTED"));

        factory.Verify(it => it.Create(It.IsAny<RegistryBackendContext>()), Times.Once());
        backend.Verify(it => it.DisposeAsync(), Times.Never());
        await setup.DisposeAsync();
        await setup.DisposeAsync();
        backend.Verify(it => it.DisposeAsync(), Times.Once());
    }
}
