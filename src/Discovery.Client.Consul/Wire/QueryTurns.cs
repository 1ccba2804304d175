using Microsoft.Extensions.Logging;

namespace Discovery.Client.Consul;

/// <summary>Bounds the blocking queries that are open at once and lets the watches take turns, first come, first served.</summary>
internal sealed partial class QueryTurns(ConsulOptions options, ILogger logger) : IDisposable
{
    private readonly SemaphoreSlim _slots = new(options.MaxConcurrentQueries, options.MaxConcurrentQueries);
    private int _watches;
    private int _lingering;

    /// <summary>Counts a watch until it is disposed.</summary>
    public Seat Join()
    {
        if (Interlocked.Increment(ref _watches) == options.MaxConcurrentQueries + 1)
        {
            Log.TurnsBegin(logger, options.MaxConcurrentQueries, options.TurnCycle);
        }

        return new Seat(this);
    }

    public void Dispose() => _slots.Dispose();

    internal sealed class Seat(QueryTurns turns) : IDisposable
    {
        /// <summary>Waits for a slot and says how long the query may then wait.</summary>
        public async Task<TimeSpan> TakeAsync(CancellationToken cancellationToken)
        {
            await turns._slots.WaitAsync(cancellationToken).ConfigureAwait(false);
            return TurnRule.Wait(Volatile.Read(ref turns._watches), turns.Options.MaxConcurrentQueries, turns.Options.WaitTime, turns.Options.TurnCycle);
        }

        /// <summary>Gives the slot back.</summary>
        public void Release() => turns.Release();

        /// <summary>
        /// Gives the slot back for a query nobody waits for any more. An agent keeps the connection of an abandoned query until its wait is over, so it is left to run out;
        /// as many as there are slots may do so beside them, further ones keep their slot until then.
        /// </summary>
        public void ReleaseAfter(Task query) => turns.ReleaseAfter(query);

        public void Dispose()
        {
            if (Interlocked.Decrement(ref turns._watches) == turns.Options.MaxConcurrentQueries)
            {
                Log.TurnsEnd(turns.Logger, turns.Options.MaxConcurrentQueries);
            }
        }
    }

    private ConsulOptions Options => options;

    private ILogger Logger => logger;

    private void Release()
    {
        try
        {
            _slots.Release();
        }
        catch (ObjectDisposedException)
        {
            // A query that ran out after its backend was disposed.
        }
    }

    private void ReleaseAfter(Task query)
    {
        var beside = Interlocked.Increment(ref _lingering) <= options.MaxConcurrentQueries;
        if (beside)
        {
            Release();
        }

        query.ContinueWith(
            ended =>
            {
                _ = ended.Exception;
                Interlocked.Decrement(ref _lingering);
                if (!beside)
                {
                    Release();
                }
            },
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    private static partial class Log
    {
        [LoggerMessage(1020, LogLevel.Information, "More than {Slots} services are watched on Consul: the watches take turns, each comes up once in {Cycle}.", EventName = "TurnsBegin")]
        public static partial void TurnsBegin(ILogger logger, int slots, TimeSpan cycle);

        [LoggerMessage(1021, LogLevel.Information, "{Slots} or fewer services are watched on Consul: each watch has a query of its own again.", EventName = "TurnsEnd")]
        public static partial void TurnsEnd(ILogger logger, int slots);
    }
}
