namespace Discovery.Client.Http;

/// <summary>One of several attempts that are under way at the same time.</summary>
internal sealed class HedgedAttempt(HttpRequestMessage request, in Attempt attempt, CancellationToken cancellationToken)
{
    private readonly CancellationTokenSource _cancellation = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);

    public HttpRequestMessage Request { get; } = request;

    public Attempt Attempt { get; } = attempt;

    public Task<HttpResponseMessage> Task { get; private set; } = null!;

    /// <summary>Cancelled by the caller, or because another was sooner.</summary>
    public CancellationToken Token => _cancellation.Token;

    public void Begin(Func<HttpRequestMessage, Attempt, CancellationToken, Task<HttpResponseMessage>> send) => Task = send(Request, Attempt, Token);

    /// <summary>Another was sooner.</summary>
    public Task CancelAsync() => _cancellation.CancelAsync();

    /// <summary>It has ended. What it was sent with stays usable: the body of its response may still be read.</summary>
    public void End() => _cancellation.Dispose();
}
