namespace Discovery.Client.Embedded;

/// <summary>Wakes one watch. Signals that come while it is busy are joined into one. Cancellation of the watch wakes it too.</summary>
/// <remarks>
/// The continuation is queued to the task scheduler that the waiter's await captured and never runs inside <see cref="Raise"/>.
/// <c>Task.WaitAsync</c> and <c>Task.WhenAny</c> would hop over the thread pool first, which a single-threaded simulation must not.
/// </remarks>
internal sealed class WatchSignal : IDisposable
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenRegistration _cancellation;
    private TaskCompletionSource? _waiter;
    private bool _raised;

    public WatchSignal(CancellationToken cancellationToken)
        => _cancellation = cancellationToken.UnsafeRegister(static signal => ((WatchSignal)signal!).Raise(), this);

    public void Raise()
    {
        TaskCompletionSource? waiter;
        lock (_gate)
        {
            waiter = _waiter;
            _waiter = null;
            _raised = waiter is null;
        }

        waiter?.TrySetResult();
    }

    /// <summary>Completes at the next signal, or at once if one came since the last wait. For one waiter at a time; it looks at its token itself.</summary>
    public Task WaitAsync()
    {
        lock (_gate)
        {
            if (_raised)
            {
                _raised = false;
                return Task.CompletedTask;
            }

            _waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _waiter.Task;
        }
    }

    public void Dispose() => _cancellation.Dispose();
}
