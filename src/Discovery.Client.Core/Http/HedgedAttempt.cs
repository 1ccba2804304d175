namespace Discovery.Client.Http;

/// <summary>One of several attempts that are under way at the same time.</summary>
internal sealed class HedgedAttempt(HttpRequestMessage request, in Attempt attempt, CancellationToken cancellationToken)
{
    // As long as the search for outliers waits by default until it allows another.
    private static readonly TimeSpan LongestProbe = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _cancellation = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);

    public HttpRequestMessage Request { get; } = request;

    public Attempt Attempt { get; } = attempt;

    public Task<HttpResponseMessage> Task { get; private set; } = null!;

    /// <summary>Cancelled by the caller, or because another was sooner.</summary>
    public CancellationToken Token => _cancellation.Token;

    public void Begin(Func<HttpRequestMessage, Attempt, CancellationToken, Task<HttpResponseMessage>> send) => Task = send(Request, Attempt, Token);

    /// <summary>Whether it decides if its instance returns, or may close its circuit: one that is slower than others would never return if it was cancelled each time.</summary>
    public bool FindsOut => Attempt.Probe != 0 || Attempt.Node.IsRefused;

    /// <summary>Another was sooner.</summary>
    public Task CancelAsync() => _cancellation.CancelAsync();

    /// <summary>Another was sooner, but this one is to end by itself if it can.</summary>
    public async Task CancelLaterAsync(TimeProvider clock)
    {
        using var end = new CancellationTokenSource();
        await System.Threading.Tasks.Task.WhenAny(Task, System.Threading.Tasks.Task.Delay(LongestProbe, clock, end.Token)).ConfigureAwait(false);
        await end.CancelAsync().ConfigureAwait(false);
        if (!Task.IsCompleted)
        {
            await CancelAsync().ConfigureAwait(false);
        }
    }

    /// <summary>It has ended. What it was sent with stays usable: the body of its response may still be read.</summary>
    public void End() => _cancellation.Dispose();
}
