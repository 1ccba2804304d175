using Discovery.Client;
using Discovery.Client.Registration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace QuickStart;

/// <summary>Takes a killed provider's entry out of the registry, where it would stay for a while as one that does not answer.</summary>
internal static class Traces
{
    public static async Task RemoveAsync(Arguments arguments, IEnumerable<Provider> killed, CancellationToken cancellationToken)
    {
        if (arguments.Backend == "local")
        {
            return;
        }

        var services = new ServiceCollection();
        services.AddServiceDiscovery(new ConfigurationBuilder().AddEnvironmentVariables().AddCommandLine([.. arguments.ForConsumers]).Build());
        await using var container = services.BuildServiceProvider();
        foreach (var provider in killed.Where(provider => provider.Registration is not null))
        {
            var (host, port) = (provider.Address.Split(':')[0], int.Parse(provider.Address.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture));
            var instance = new ServiceInstance { ServiceName = "greeter", InstanceId = provider.Registration!.InstanceId, Host = host, Port = port, Status = ServiceStatus.Down };
            await using var handle = container.GetRequiredService<IServiceRegistrar>().Register(new ServiceRegistration { Instance = instance });
            try
            {
                await handle.WaitUntilRegisteredAsync(cancellationToken).WaitAsync(TimeSpan.FromSeconds(10), cancellationToken);
            }
            catch (TimeoutException)
            {
                throw new QuickStartException($"The entry of {provider.Name} ({provider.Registration.InstanceId}), which was killed, could not be taken out of the registry '{arguments.Backend}': {handle.LastError?.Message ?? "no answer"}");
            }
        }
    }
}
