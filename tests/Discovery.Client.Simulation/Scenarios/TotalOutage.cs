using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Discovery.Client.Simulation.Scenarios;

/// <summary>Programs call programs that call programs, each with the shipped handler and up to three further attempts, and the last service answers every request with 503; 1000 requests a second for a minute.</summary>
public static class TotalOutage
{
    private const int Requests = 60_000;

    /// <summary>Returns how many requests arrive behind each layer, per request that arrives before it.</summary>
    /// <param name="layers">How many programs stand one behind the other.</param>
    /// <param name="seed">Decides when requests come.</param>
    /// <param name="settings">Changes the settings of the further attempts.</param>
    public static async Task<double[]> RunAsync(int layers, ulong seed, Action<RetryOptions>? settings = null)
    {
        var clock = new StoppedClock();
        var arrivals = new Dice(seed, 1);
        var providers = new List<ServiceProvider>();
        var services = new List<Service>();
        HttpMessageInvoker? below = null;
        for (var i = 0; i < layers; i++)
        {
            var service = new Service(below);
            services.Insert(0, service);
            providers.Add(await ProgramAsync(clock, settings));
            var handler = providers[^1].GetRequiredService<DiscoveryHandler>();
            handler.InnerHandler = service;
            below = new HttpMessageInvoker(handler);
        }

        for (var i = 0; i < Requests; i++)
        {
            clock.Advance(arrivals.Exponential(TimeSpan.FromMilliseconds(1)));
            using var request = new HttpRequestMessage(HttpMethod.Get, "http://next/");
            (await below!.SendAsync(request, CancellationToken.None)).Dispose();
        }

        foreach (var provider in providers)
        {
            await provider.DisposeAsync();
        }

        return [.. services.Select((service, i) => (double)service.Arrived / (i == 0 ? Requests : services[i - 1].Arrived))];
    }

    private static async Task<ServiceProvider> ProgramAsync(StoppedClock clock, Action<RetryOptions>? settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("Discovery:Backend", "static")]).Build();
        for (var i = 0; i < 5; i++)
        {
            configuration[$"Discovery:Static:Services:next:{i}"] = $"http://10.0.0.{i + 1}:80";
        }

        var services = new ServiceCollection().AddSingleton<TimeProvider>(clock);
        services.AddDiscoveryClient(configuration);
        services.Configure<DiscoveryClientOptions>(options =>
        {
            options.Requests.Retry.MaxSent = 4;
            settings?.Invoke(options.Requests.Retry);
        });
        var provider = services.BuildServiceProvider();
        await provider.GetRequiredService<IDiscoveryClient>().WaitForInstancesAsync("next");
        return provider;
    }

    /// <summary>What stands behind a layer: the next program, or the service that is down.</summary>
    private sealed class Service(HttpMessageInvoker? next) : HttpMessageHandler
    {
        public int Arrived { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Arrived++;
            if (next is null)
            {
                return new HttpResponseMessage(HttpStatusCode.ServiceUnavailable);
            }

            using var onward = new HttpRequestMessage(HttpMethod.Get, "http://next/");
            return await next.SendAsync(onward, cancellationToken);
        }
    }
}
