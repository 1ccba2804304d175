using Discovery.Client.Telemetry;

namespace Discovery.Client.Http;

/// <summary>How many further attempts a service may get. Reads the counters that there are anyway, and only when an attempt is wished for: requests that need none pay nothing. Without a lock.</summary>
internal sealed class RetryBudget(TimeProvider clock)
{
    private readonly long _startedAt = clock.GetTimestamp();
    private RetryBudgetState? _state;

    /// <summary>Takes one attempt from the budget.</summary>
    /// <param name="counts">The requests to the service, each attempt counted.</param>
    /// <param name="options">The settings.</param>
    /// <param name="isFree">Whether it costs nothing and is only told from the requests.</param>
    /// <returns>False if none is left.</returns>
    public bool TryTake(RequestCounts counts, RetryOptions options, bool isFree = false)
    {
        while (true)
        {
            var before = Volatile.Read(ref _state);
            var state = before ?? RetryBudgetRule.Start(0, options);
            var now = clock.GetElapsedTime(_startedAt).TotalSeconds;
            var next = RetryBudgetRule.Refill(state, counts.CountPicks() - state.Taken, now, options);
            var taken = isFree || next.Tokens >= 1;
            next = taken ? next with { Tokens = next.Tokens - (isFree ? 0 : 1), Taken = next.Taken + 1 } : next;
            if (ReferenceEquals(next, before) || ReferenceEquals(Interlocked.CompareExchange(ref _state, next, before), before))
            {
                return taken;
            }
        }
    }
}
