namespace Discovery.Client.Consul;

/// <summary>What the operations of one backend share.</summary>
internal sealed class ConsulBackendParts(
    ConsulOptions options, ConsulClient client, EmptyListCheck emptyLists, QueryTurns turns, TimeProvider timeProvider, CancellationToken lifetime)
{
    private ulong _epoch;

    public ConsulOptions Options { get; } = options;

    public ConsulClient Client { get; } = client;

    public EmptyListCheck EmptyLists { get; } = emptyLists;

    public QueryTurns Turns { get; } = turns;

    public TimeProvider TimeProvider { get; } = timeProvider;

    /// <summary>Ends with the backend; abandoned queries run until then at the most.</summary>
    public CancellationToken Lifetime { get; } = lifetime;

    /// <summary>An epoch that no list of this backend had before.</summary>
    public ulong NextEpoch() => Interlocked.Increment(ref _epoch);
}
