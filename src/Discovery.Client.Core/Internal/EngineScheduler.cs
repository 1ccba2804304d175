namespace Discovery.Client.Internal;

/// <summary>
/// Where the engine's loops run, and their clock: the thread pool in production, a single-threaded pump on virtual time in tests.
/// A loop stays on it because it awaits with <c>ConfigureAwait(true)</c>, which captures the task scheduler.
/// </summary>
internal sealed class EngineScheduler(TimeProvider timeProvider, TaskScheduler? taskScheduler = null)
{
    private readonly TaskScheduler _taskScheduler = taskScheduler ?? TaskScheduler.Default;

    public TimeProvider TimeProvider { get; } = timeProvider;

    /// <summary>Starts a loop. Nothing of the caller's execution context flows into it, since loops outlive requests.</summary>
    public Task Run(Func<Task> loop)
    {
        using (ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow())
        {
            return Task.Factory.StartNew(loop, CancellationToken.None, TaskCreationOptions.DenyChildAttach, _taskScheduler).Unwrap();
        }
    }

    public Task Delay(TimeSpan delay, CancellationToken cancellationToken) => Task.Delay(WholeMilliseconds(delay), TimeProvider, cancellationToken);

    /// <summary>Rounds up: a task's delay drops what is less than a millisecond, so that a loop that waits for a moment would spin until it has come.</summary>
    public static TimeSpan WholeMilliseconds(TimeSpan delay)
        => delay.Ticks % TimeSpan.TicksPerMillisecond is > 0 and var rest ? delay + TimeSpan.FromTicks(TimeSpan.TicksPerMillisecond - rest) : delay;
}
