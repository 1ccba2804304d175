namespace Discovery.Client.Http;

/// <summary>
/// Stands outermost where handlers of others stand before the discovery handler: one that retries or hedges sends clones of a request, and these share what is in its options only if that
/// was there before the first clone was made.
/// </summary>
internal sealed class SharedAttemptsHandler : DelegatingHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        RequestMemory.Of(request);
        return base.SendAsync(request, cancellationToken);
    }

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        RequestMemory.Of(request);
        return base.Send(request, cancellationToken);
    }
}
