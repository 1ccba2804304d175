namespace Discovery.Client.Adapters;

/// <summary>Names another host than the address: the handler below checks certificates against the host that a request names.</summary>
internal sealed class HostHandler(string name, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.Host = name;
        return base.SendAsync(request, cancellationToken);
    }
}
