using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;

namespace Discovery.Client.QuickStart.Tests.Snippets;

/// <summary>What docs/requests.md shows; <see cref="RequestsPageTests"/> runs it.</summary>
internal static class Requests
{
    public static async Task<HttpStatusCode> RepeatAsync(HttpClient client, string[] query)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "http://orders/search") { Content = JsonContent.Create(query) };
        request.SetRepeatable();
        using var response = await client.SendAsync(request);
        return response.StatusCode;
    }

    public static void CircuitBreakers(IServiceCollection services)
    {
        services.AddServiceDiscovery().AddCircuitBreakers();
    }

    public static void ResilienceOnAllClients(IServiceCollection services)
    {
        services.AddServiceDiscovery();
        services.ConfigureHttpClientDefaults(client => client.AddDiscoveryHandler());
        services.AddHttpClient("orders", client => client.BaseAddress = new Uri("http://orders/"))
            .AddStandardResilienceHandler();
    }

    public static void ResilienceOnOneClient(IServiceCollection services)
    {
        services.AddServiceDiscovery();
        var orders = services.AddHttpClient("orders", client => client.BaseAddress = new Uri("http://orders/"));
        orders.AddStandardResilienceHandler();
        orders.AddDiscoveryHandler();
    }

    public static async Task<CallExplanation> ExplainAsync(HttpClient client)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://orders/7");
        var why = request.Explain();
        using var response = await client.SendAsync(request);
        Console.WriteLine(why);
        return why;
    }
}
