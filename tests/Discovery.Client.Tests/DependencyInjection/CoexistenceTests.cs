using Discovery.Client.Coexistence;
using Discovery.Client.Tests.Configuration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Discovery.Client.Tests.DependencyInjection;

public sealed class CoexistenceTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task BesideMicrosoftsServiceDiscovery_BothAreThere(bool withConfiguration)
    {
        var services = new ServiceCollection();
        IConfiguration configuration = ConfigurationSetup.Pairs(("Discovery:Backend", "memory"));
        services.AddSingleton(configuration);
        _ = withConfiguration ? SideBySide.WithConfiguration(services, configuration) : SideBySide.EngineAlone(services);
        await using var provider = services.BuildServiceProvider();
        Assert.NotNull(provider.GetRequiredService<IDiscoveryClient>());
        Assert.NotNull(provider.GetRequiredService(SideBySide.TheirResolver));
    }
}
