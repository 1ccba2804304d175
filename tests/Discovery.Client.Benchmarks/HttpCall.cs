using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Discovery.Client.Benchmarks;

/// <summary>One call over a client of IHttpClientFactory, wired alike for all subjects, to a service with the given number of instances.</summary>
internal sealed class HttpCall
{
    private readonly HttpClient _client;
    private readonly Uri _uri;
    private readonly Answer _answer;

    private HttpCall(HttpClient client, Uri uri, Answer answer)
    {
        _client = client;
        _uri = uri;
        _answer = answer;
    }

    public static HttpCall Create(Subject subject, Answer answer, int instances)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(Settings(instances)).Build());
        var builder = services.AddHttpClient("call").ConfigurePrimaryHttpMessageHandler(() => new StubTransport(answer)).RemoveAllLoggers();
        switch (subject)
        {
            case Subject.Ours:
                builder.AddDiscoveryHandler();
                break;
            case Subject.Microsoft:
                // Not AddServiceDiscovery(): both packages have an extension of that name.
                services.AddServiceDiscoveryCore().AddConfigurationServiceEndpointProvider();
                builder.AddServiceDiscovery();
                break;
        }

        var client = services.BuildServiceProvider().GetRequiredService<IHttpClientFactory>().CreateClient("call");
        var uri = new Uri(subject == Subject.Bare ? "http://10.0.0.1:8080/api/orders/42?view=full" : "http://greeter/api/orders/42?view=full");
        var call = new HttpCall(client, uri, answer);
        call.First();
        return call;
    }

    public void Run()
    {
        var send = Send();
        if (_answer == Answer.Later)
        {
            StubTransport.AnswerNow();
        }

        Finish(send);
    }

    private static IEnumerable<KeyValuePair<string, string?>> Settings(int instances)
    {
        yield return new("Discovery:Backend", "static");
        for (var i = 0; i < instances; i++)
        {
            var address = string.Create(CultureInfo.InvariantCulture, $"http://10.0.{i / 250}.{(i % 250) + 1}:8080");
            yield return new($"Discovery:Static:Services:greeter:{i}", address);
            yield return new($"Services:greeter:http:{i}", address);
        }
    }

    // The first call waits for the first list, and goes on wherever that arrived.
    private void First()
    {
        var send = Send();
        while (_answer == Answer.Later && !send.Wait(1))
        {
            StubTransport.AnswerNow();
        }

        Finish(send);
    }

    private Task<HttpResponseMessage> Send() => _client.SendAsync(new HttpRequestMessage(HttpMethod.Get, _uri));

    private void Finish(Task<HttpResponseMessage> send)
    {
        using var response = send.GetAwaiter().GetResult();
        if (_answer != Answer.NoContent && response.Content.ReadAsByteArrayAsync().GetAwaiter().GetResult().Length != 128)
        {
            throw new InvalidOperationException("The body is not there.");
        }
    }
}
