using Discovery.Client.Selection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Discovery.Client.QuickStart.Tests.Snippets;

/// <summary>What the packages' own pages show.</summary>
internal static class PackageReadmes
{
    public static void Facade(HostApplicationBuilder builder)
    {
        builder.Services.AddServiceDiscovery();
        builder.Services.AddHttpClient("orders", client => client.BaseAddress = new Uri("http://orders/"))
            .AddDiscoveryHandler();
    }

    public static void Engine(HostApplicationBuilder builder)
    {
        builder.Services.AddDiscoveryClient().AddConsul();
        builder.Services.AddHttpClient("orders", client => client.BaseAddress = new Uri("http://orders/"))
            .AddDiscoveryHandler();
        builder.Services.AddDiscoveryClient().AddEtcd();
        builder.Services.AddDiscoveryClient().AddNacos();
        builder.Services.AddDiscoveryClient(options => options.Selector = "round-robin");
        builder.Services.AddDiscoveryClient().Services.AddSingleton<IRegistryBackendFactory, MyBackendFactory>();
    }

    public static void Resilience(HostApplicationBuilder builder)
    {
        builder.Services.AddServiceDiscovery().AddCircuitBreakers();
        builder.Services.AddHttpClient("orders", client => client.BaseAddress = new Uri("http://orders/"))
            .AddDiscoveryHandler();
    }

    public static async Task PickAsync(IDiscoveryClient discovery)
    {
        using var pick = await discovery.PickAsync("orders");
        Console.WriteLine($"{pick.Instance.Host}:{pick.Instance.Port}");
        pick.Complete(RequestOutcome.Success);
    }

    public static async Task ListAsync(IDiscoveryClient discovery)
    {
        // From the container: IDiscoveryClient for reading, IServiceRegistrar for registering from code.
        var view = await discovery.WaitForInstancesAsync("orders");
        foreach (var instance in view.Instances)
        {
            Console.WriteLine($"{instance.InstanceId} {instance.Host}:{instance.Port}");
        }
    }
}

internal sealed class MyBackendFactory : IRegistryBackendFactory
{
    public string Type => "mine";

    public IRegistryBackend Create(RegistryBackendContext context)
        => new MyBackend(context.Settings.GetUris("Endpoints", [new Uri("http://127.0.0.1:1234")], "http", "https"));
}

internal sealed class MyBackend(IReadOnlyList<Uri> endpoints) : IRegistryBackend
{
    public IReadOnlyList<Uri> Endpoints { get; } = endpoints;

    public RegistryCapabilities Capabilities => default;

    public ValueTask<Lease> RegisterAsync(ServiceRegistration registration, CancellationToken cancellationToken) => throw new RegistryException("away");

    public ValueTask RenewAsync(LeaseGroup group, CancellationToken cancellationToken) => throw new RegistryException("away");

    public ValueTask DeregisterAsync(Lease lease, CancellationToken cancellationToken) => throw new RegistryException("away");

    public ValueTask<ServiceSnapshot> ReadAsync(ServiceQuery query, CancellationToken cancellationToken) => throw new RegistryException("away");

    public IAsyncEnumerable<ServiceSnapshot> WatchAsync(ServiceQuery query, ServiceSnapshot? last, CancellationToken cancellationToken) => throw new RegistryException("away");

    public ValueTask DisposeAsync() => default;
}
