namespace Discovery.Client.Consul;

/// <summary>What a watch does with the answer to a blocking query.</summary>
internal enum QueryStep
{
    /// <summary>A new list: decode it, remember its index.</summary>
    Take,

    /// <summary>The wait ran out: what is known is still so.</summary>
    Unchanged,

    /// <summary>The index fell (a wiped or restored server, or a token that is no longer known): forget it and read anew, without publishing this answer.</summary>
    Restart,

    /// <summary>The answer cannot be trusted: there is no leader.</summary>
    NoLeader,

    /// <summary>There is no index, as behind a proxy that strips headers: old and new could not be told apart.</summary>
    NoIndex,
}

/// <summary>The index rules of blocking queries.</summary>
internal static class QueryAnswerRule
{
    /// <summary>Decides on an answer with status 200.</summary>
    /// <param name="asked">The index that was sent; 0: none.</param>
    /// <param name="answered">The index that came back; null: none.</param>
    /// <param name="knownLeader">What the answer says of the leader; null: nothing.</param>
    /// <param name="streamed">Whether the streaming backend answered, which says "no leader" each time.</param>
    public static QueryStep Decide(ulong asked, ulong? answered, bool? knownLeader, bool streamed)
        => knownLeader == false && !streamed ? QueryStep.NoLeader
            : answered is null ? QueryStep.NoIndex
            : asked == 0 ? QueryStep.Take
            : Effective(answered) < asked ? QueryStep.Restart
            : Effective(answered) == asked ? QueryStep.Unchanged
            : QueryStep.Take;

    /// <summary>The index to ask with next. Never 0, which would make the next query return at once.</summary>
    /// <param name="answered">The index that came back; null: none.</param>
    public static ulong Effective(ulong? answered) => Math.Max(1, answered ?? 0);
}
