using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Discovery.Client.Benchmarks;

/// <summary>One call over a client of IHttpClientFactory, wired alike for all subjects, to a service with the given number of instances.</summary>
internal sealed class HttpCall
{
    private readonly HttpClient _client;
    private readonly string[] _texts;
    private readonly Uri[]? _uris;
    private readonly Answer _answer;
    private uint _next;

    private HttpCall(HttpClient client, string[] texts, bool keepsUris, Answer answer)
    {
        _client = client;
        _texts = texts;
        _uris = keepsUris ? [.. texts.Select(text => new Uri(text))] : null;
        _answer = answer;
    }

    /// <param name="subject">Who finds the instance.</param>
    /// <param name="answer">What the instance answers.</param>
    /// <param name="instances">How many there are.</param>
    /// <param name="paths">What the caller asks for.</param>
    public static HttpCall Create(Subject subject, Answer answer, int instances, Paths paths)
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
        var host = subject == Subject.Bare ? "10.0.0.1:8080" : "greeter";
        string[] texts = [.. Enumerable.Range(10, paths == Paths.Same ? 1 : 64).Select(order => $"http://{host}/api/orders/{order}?view=full")];
        var call = new HttpCall(client, texts, keepsUris: paths != Paths.Written, answer);
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

    private Task<HttpResponseMessage> Send()
    {
        var next = _next++ % _texts.Length;
        return _client.SendAsync(_uris is null ? new HttpRequestMessage(HttpMethod.Get, _texts[next]) : new HttpRequestMessage(HttpMethod.Get, _uris[next]));
    }

    private void Finish(Task<HttpResponseMessage> send)
    {
        using var response = send.GetAwaiter().GetResult();
        if (_answer != Answer.NoContent && response.Content.ReadAsByteArrayAsync().GetAwaiter().GetResult().Length != 128)
        {
            throw new InvalidOperationException("The body is not there.");
        }
    }
}
