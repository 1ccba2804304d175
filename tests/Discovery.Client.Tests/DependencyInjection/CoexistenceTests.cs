using Discovery.Client.Coexistence;
using Discovery.Client.Tests.Configuration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Discovery.Client.Tests.DependencyInjection;

public sealed class CoexistenceTests
{
    [Theory]
    [InlineData(nameof(SideBySide.WithConfiguration))]
    [InlineData(nameof(SideBySide.EngineAlone))]
    [InlineData(nameof(SideBySide.ByTheirClasses))]
    public async Task BesideMicrosoftsServiceDiscovery_BothAreThere(string call)
    {
        var services = new ServiceCollection();
        IConfiguration configuration = ConfigurationSetup.Pairs(("Discovery:Backend", "memory"));
        services.AddSingleton(configuration);
        _ = call switch
        {
            nameof(SideBySide.WithConfiguration) => SideBySide.WithConfiguration(services, configuration),
            nameof(SideBySide.EngineAlone) => SideBySide.EngineAlone(services),
            _ => SideBySide.ByTheirClasses(services),
        };
        await using var provider = services.BuildServiceProvider();
        Assert.NotNull(provider.GetRequiredService<IDiscoveryClient>());
        Assert.NotNull(provider.GetRequiredService(SideBySide.TheirResolver));
        Assert.Equal(call != nameof(SideBySide.EngineAlone), provider.GetServices<IRegistryBackendFactory>().Any(factory => factory.Type == "consul"));
    }
}
