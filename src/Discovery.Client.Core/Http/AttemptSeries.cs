using Discovery.Client.Selection;

namespace Discovery.Client.Http;

/// <summary>The attempts of one send.</summary>
/// <param name="Current">The attempt under way.</param>
/// <param name="Tried">The instances that failed.</param>
/// <param name="Sent">How many of them may have seen the request.</param>
/// <param name="WasChanged">Whether an inner handler changed where the request goes.</param>
/// <param name="WasRedirected">Whether an inner handler left the instance for where a redirect pointed.</param>
internal readonly record struct AttemptSeries(Attempt Current, ServiceNode[] Tried, int Sent, bool WasChanged, bool WasRedirected)
{
    public AttemptSeries(in Attempt first)
        : this(first, [], 0, false, false)
    {
    }

    /// <summary>Notes what the restored request no longer tells.</summary>
    public AttemptSeries Restore(HttpRequestMessage request, Uri original)
    {
        var (changed, redirected) = (Current.WasChanged(request), Current.WasRedirected(request));
        Current.Restore(request, original);
        return this with { WasChanged = changed, WasRedirected = redirected };
    }

    public AttemptSeries Fail(RequestOutcome outcome) => this with { Tried = [.. Tried, Current.Node], Sent = Sent + (outcome == RequestOutcome.NotSent ? 0 : 1) };
}
