namespace Discovery.Client.Consul;

/// <summary>Asks one blocking query after the other for one watch, within its share of the agent's connections and not faster than its pace.</summary>
internal sealed class BlockingQuery(ConsulBackendParts parts, QueryTurns.Seat seat, Uri endpoint) : IDisposable
{
    private QueryPace _pace = QueryPace.Full;
    private TimeSpan _pause;
    private long _answered = parts.TimeProvider.GetTimestamp();
    private bool _streamed;

    public Uri Endpoint { get; } = endpoint;

    /// <summary>The index to ask with; 0: read what is there.</summary>
    public ulong Index { get; private set; }

    public void Dispose() => seat.Dispose();

    /// <summary>Asks once and decides what the answer means.</summary>
    /// <param name="path">The path for an index and a wait.</param>
    /// <param name="check">What is done with a new answer before the slot is given back, such as reading again to make sure.</param>
    /// <param name="cancellationToken">Ends the wait; the query itself may have to run out.</param>
    public async Task<(QueryStep Step, ConsulAnswer Answer)> AskAsync(
        Func<ulong, TimeSpan, string> path, Func<ConsulAnswer, Task<ConsulAnswer>> check, CancellationToken cancellationToken)
    {
        if (_pause > TimeSpan.Zero)
        {
            await Task.Delay(_pause, parts.TimeProvider, cancellationToken).ConfigureAwait(false);
        }

        var wait = await seat.TakeAsync(cancellationToken).ConfigureAwait(false);
        var asked = parts.TimeProvider.GetTimestamp();
        var abandoned = false;
        QueryStep step;
        ConsulAnswer answer;
        try
        {
            var url = path(Index, wait);
            var timeout = Index == 0 ? parts.Options.RequestTimeout : TurnRule.Deadline(wait, parts.Options.RequestTimeout);
            var query = parts.Client.GetAsync(Endpoint, url, timeout, Index == 0 || _streamed ? cancellationToken : parts.Lifetime);
            try
            {
                answer = await query.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!query.IsCompleted)
            {
                abandoned = true;
                seat.ReleaseAfter(query);
                throw;
            }

            _streamed = answer.Streamed;
            step = QueryAnswerRule.Decide(Index, answer.Index, answer.KnownLeader, answer.Streamed);
            EmptyListCheck.ThrowIfUntrusted(step, Endpoint, url);
            answer = step == QueryStep.Take ? await check(answer).ConfigureAwait(false) : answer;
        }
        finally
        {
            if (!abandoned)
            {
                seat.Release();
            }
        }

        Index = step == QueryStep.Restart ? 0 : QueryAnswerRule.Effective(answer.Index);
        var now = parts.TimeProvider.GetTimestamp();
        (_pace, _pause) = _pace.After(parts.TimeProvider.GetElapsedTime(_answered, now), parts.TimeProvider.GetElapsedTime(asked, now), step != QueryStep.Take, wait);
        _answered = now;
        return (step, answer);
    }
}
