using Discovery.Client.Registration;
using Discovery.Client.Selection;
using Microsoft.Extensions.DependencyInjection;

namespace Discovery.Client.QuickStart.Tests.Snippets;

/// <summary>What README and the pages show beside the quick start's own programs: compiled here, so that it stays true.</summary>
internal static class GettingStarted
{
    public static void OnAllClients(IServiceCollection services)
    {
        services.AddServiceDiscovery();
        services.ConfigureHttpClientDefaults(client => client.AddDiscoveryHandler());
    }

    public static async Task PickAsync(IDiscoveryClient discovery, Func<string, int, Task> callAsync)
    {
        using var pick = await discovery.PickAsync("greeter");
        try
        {
            await callAsync(pick.Instance.Host, pick.Instance.Port);
            pick.Complete(RequestOutcome.Success);
        }
        catch (IOException)
        {
            pick.Complete(RequestOutcome.Failure);
            throw;
        }
    }

    public static async Task RegisterAsync(IServiceRegistrar registrar, CancellationToken cancellationToken)
    {
        await using var registration = registrar.Register(new ServiceRegistration
        {
            Instance = new ServiceInstance { ServiceName = "reports", InstanceId = "reports-1", Host = "10.0.0.5", Port = 8080, Scheme = "http" },
        });
        await registration.WaitUntilRegisteredAsync(cancellationToken);

        // Out of traffic, and still registered: the status holds across lost leases.
        registration.SetStatus(ServiceStatus.OutOfService);
    }

    public static async Task<bool> HandleAsync(HttpClient client)
    {
        try
        {
            await client.GetStringAsync("/hello");
            return true;
        }
        catch (HttpRequestException exception) when (exception is NoInstanceAvailableException)
        {
            return false;
        }
    }
}
