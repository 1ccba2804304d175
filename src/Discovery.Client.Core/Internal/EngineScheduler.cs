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

    public Task Delay(TimeSpan delay, CancellationToken cancellationToken) => Task.Delay(delay, TimeProvider, cancellationToken);
}
