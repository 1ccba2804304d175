using System.Net;

namespace Discovery.Client.Tests.Http;

/// <summary>What stands where the sockets would be.</summary>
internal sealed class StubTransport(Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> send) : HttpMessageHandler
{
    public StubTransport()
        : this((_, _) => Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK)))
    {
    }

    /// <summary>Where requests were sent, in order.</summary>
    public List<string> Sent { get; } = [];

    public List<string?> Hosts { get; } = [];

    public string[] Authorities => [.. Sent.Select(uri => new Uri(uri).Authority)];

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Note(request);
        var response = await send(request, cancellationToken);
        response.RequestMessage = request;
        return response;
    }

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
        => SendAsync(request, cancellationToken).GetAwaiter().GetResult();

    private void Note(HttpRequestMessage request)
    {
        lock (Sent)
        {
            Sent.Add(request.RequestUri!.GetLeftPart(UriPartial.Authority) + request.RequestUri.PathAndQuery);
            Hosts.Add(request.Headers.Host);
        }
    }
}
