using Microsoft.Extensions.Logging;

namespace Discovery.Client.Internal;

/// <summary>Sends probes through the thread pool and says once when they wait too long, and once when it is over. Runs on a thread of its own.</summary>
internal sealed partial class PoolWatchdog(EngineScheduler scheduler, Action<Action> queueToPool, ILogger logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private PoolStarvation _state;

    public EngineScheduler Scheduler => scheduler;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            var probe = new Probe(scheduler.TimeProvider);
            queueToPool(probe.Run);
            do
            {
                await scheduler.Delay(Interval, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
                Report(probe);
            }
            while (probe.RanAt is null && !cancellationToken.IsCancellationRequested);
        }
    }

    private void Report(Probe probe)
    {
        var ranAt = probe.RanAt;
        var ended = ranAt ?? scheduler.TimeProvider.GetElapsedTime(0);
        var since = _state.Since;
        (_state, var happened) = _state.Observe(probe.SentAt, ended, ranAt is not null);
        switch (happened)
        {
            case PoolEvent.Starved:
                Log.Starved(logger, (ended - probe.SentAt).TotalSeconds, ThreadPool.ThreadCount, ThreadPool.PendingWorkItemCount);
                break;
            case PoolEvent.Recovered:
                Log.Recovered(logger, (ended - since.GetValueOrDefault()).TotalSeconds);
                break;
        }
    }

    private sealed class Probe(TimeProvider time)
    {
        private object? _ranAt;

        public TimeSpan SentAt { get; } = time.GetElapsedTime(0);

        public TimeSpan? RanAt => (TimeSpan?)Volatile.Read(ref _ranAt);

        public void Run() => Volatile.Write(ref _ranAt, time.GetElapsedTime(0));
    }

    private static partial class Log
    {
        [LoggerMessage(290, LogLevel.Warning,
            "The thread pool is starved: a work item has been waiting for {Seconds:0.0} s ({Threads} threads, {Pending} items queued). Something blocks pool threads; leases of backends that renew on their own threads stay alive, the rest of the program is as slow as this", EventName = "PoolStarved")]
        public static partial void Starved(ILogger logger, double seconds, int threads, long pending);

        [LoggerMessage(291, LogLevel.Information, "The thread pool is well again after {Seconds:0.0} s", EventName = "PoolRecovered")]
        public static partial void Recovered(ILogger logger, double seconds);
    }
}
