using Discovery.Client.Selection;
using Microsoft.Extensions.DependencyInjection;

namespace Discovery.Client.Simulation;

/// <summary>The selectors that are shipped, taken from the container by name as the engine takes them.</summary>
public static class Selectors
{
    private static readonly ServiceProvider Container = Build();

    public static ISelector Named(string name) => Container.GetRequiredKeyedService<ISelector>(name);

    private static ServiceProvider Build()
    {
        var services = new ServiceCollection();
        services.AddDiscoveryClient();
        return services.BuildServiceProvider();
    }
}
